import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What each package may import from the house; the table of docs/architecture.md. */
const MAY_IMPORT: Record<string, string[]> = {
  onnx: [],
  autodiff: ['onnx'],
  runtime: ['onnx', 'autodiff'],
  workspace: [],
  vision: ['onnx', 'autodiff', 'runtime'],
  learn: ['onnx', 'autodiff', 'runtime', 'vision'],
  language: ['onnx', 'autodiff', 'runtime'],
  atlas: ['onnx', 'autodiff', 'runtime', 'vision', 'workspace'],
  server: ['onnx', 'autodiff', 'runtime', 'vision', 'learn', 'language', 'atlas', 'workspace'],
  cli: ['onnx', 'autodiff', 'runtime', 'vision', 'learn', 'language', 'atlas', 'workspace', 'server'],
  explorer: ['workspace/schema'],
};

/** What the explorer's engine room may import besides: its files run in workers of a tab, and no page loads them. */
const ENGINE_ROOM = 'packages/explorer/src/engine/';
const ENGINE_MAY_IMPORT = ['onnx', 'autodiff', 'runtime', 'vision', 'language'];
const inEngineRoom = (path: string): boolean => path.startsWith(ENGINE_ROOM) && /\.(worker|web)\.ts$/.test(path);

/** Packages that run in Node only, where the `.node.ts` suffix is not needed. */
const NODE_PACKAGES = ['workspace', 'server', 'cli'];
const NODE_MODULES_ALLOWED = ['onnxruntime-node', 'sharp', '@hono/node-server'];

interface SourceFile {
  readonly package: string;
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function files(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) return name === 'dist' || name === 'node_modules' ? [] : files(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

function importsOf(text: string): string[] {
  const pattern = /(?:from\s+|import\s+|import\(\s*)['"]([^'"]+)['"]/g;
  return [...text.matchAll(pattern)].map((match) => match[1]!);
}

const sources: SourceFile[] = Object.keys(MAY_IMPORT).flatMap((name) =>
  files(join(root, 'packages', name, 'src')).map((path) => {
    const text = readFileSync(path, 'utf8');
    return { package: name, path: relative(root, path), text, imports: importsOf(text) };
  }),
);
/** Everything of the house that a file may import. */
function allowedIn({ package: name, path }: SourceFile): string[] {
  const own = [...MAY_IMPORT[name]!, ...(inEngineRoom(path) ? ENGINE_MAY_IMPORT : [])];
  return [...own, ...(own.includes('workspace') ? ['workspace/schema'] : [])].map((one) => `@incognita/${one}`);
}

const shipped = sources.filter((file) => !/\.test\.tsx?$|\/testing\b[\w.\-/]*$/.test(file.path));

describe('the layering of the house', () => {
  it('covers every package', () => {
    expect(readdirSync(join(root, 'packages')).sort()).toEqual(Object.keys(MAY_IMPORT).sort());
    expect(shipped.length).toBeGreaterThan(50);
  });

  it('lets a package import only from those below it', () => {
    const wrong = shipped.flatMap((file) =>
      file.imports
        .filter((name) => name.startsWith('@incognita/'))
        .filter((name) => ![name, name.replace(/\/web$/, '')].some((one) => allowedIn(file).includes(one)))
        .map((name) => `${file.path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('lets pages of the explorer call its engine room, and load none of it', () => {
    const wrong = shipped
      .filter((file) => file.package === 'explorer' && !inEngineRoom(file.path))
      .flatMap((file) =>
        file.imports
          .filter((name) => /\.(worker|web)\.js$/.test(name) || /^onnxruntime/.test(name))
          .map((name) => `${file.path} imports ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  it('lets a *.web.ts file be imported only by others, by workers of a tab and by the index for browsers', () => {
    const wrong = shipped
      .filter((file) => !/(\.(web|worker)\.ts|\/src\/web\.ts)$/.test(file.path))
      .flatMap((file) => {
        const statements = file.text.match(/import(?! type)[^;]*?from\s+'[^']+\.web\.js'/g) ?? [];
        return statements.map((statement) => `${file.path}: ${statement}`);
      });
    expect(wrong).toEqual([]);
  });

  it('has no way from an index for browsers to a file that needs Node', () => {
    const byPath = new Map(shipped.map((file) => [file.path, file]));
    const reached = new Set<string>();
    const visit = (path: string): void => {
      const file = byPath.get(path);
      if (file === undefined || reached.has(path)) return;
      reached.add(path);
      const valued = file.text.matchAll(/(?:import|export)(?! type\b)[^;']*?from\s+'(\.[^']+)\.js'/g);
      for (const [, name] of valued) visit(`${join(path, '..', name!)}.ts`);
    };
    const indexes = shipped.filter(({ path }) => /^packages\/\w+\/src\/web\.ts$/.test(path));
    for (const { path } of indexes) visit(path);
    expect(indexes.length).toBeGreaterThan(1);
    expect(reached.size).toBeGreaterThan(50);
    expect([...reached].filter((path) => /\.node\.ts$/.test(path))).toEqual([]);
  });

  it('never reaches into another package by a relative path', () => {
    const wrong = sources.flatMap((file) =>
      file.imports
        .filter((name) => name.startsWith('.'))
        .filter(
          (name) =>
            !join(file.path, '..', name).startsWith(join('packages', file.package, 'src')) && !name.includes('package.json'),
        )
        .map((name) => `${file.path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps Node out of files that are not *.node.ts', () => {
    const wrong = shipped
      .filter((file) => !file.path.endsWith('.node.ts'))
      .filter((file) => !NODE_PACKAGES.includes(file.package) || file.path.includes('workspace/src/schema/'))
      .flatMap((file) =>
        file.imports
          .filter((name) => name.startsWith('node:') || NODE_MODULES_ALLOWED.includes(name))
          .map((name) => `${file.path} imports ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  it('lets a file that is not *.node.ts import a *.node.ts file only from an index', () => {
    const wrong = shipped
      .filter((file) => !/(\.node\.ts|index\.ts)$/.test(file.path))
      .filter((file) => !NODE_PACKAGES.includes(file.package))
      .flatMap((file) => {
        const statements = file.text.match(/import(?! type)[^;]*?from\s+'[^']+\.node\.js'/g) ?? [];
        return statements.map((statement) => `${file.path}: ${statement}`);
      });
    expect(wrong).toEqual([]);
  });

  it('keeps onnx and autodiff free of every runtime', () => {
    const wrong = shipped
      .filter((file) => file.package === 'onnx' || file.package === 'autodiff')
      .flatMap((file) =>
        file.imports.filter((name) => /^(node:|onnxruntime|sharp)/.test(name)).map((name) => `${file.path} imports ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  it('writes files only in workspace, server and cli', () => {
    const wrong = shipped
      .filter((file) => !NODE_PACKAGES.includes(file.package))
      .filter((file) =>
        /\b(writeFile|writeFileSync|createWriteStream|mkdir|mkdirSync|rename|renameSync|unlink|rm)\(/.test(file.text),
      )
      .map((file) => file.path);
    expect(wrong).toEqual([]);
  });

  it('has no unseeded randomness or clock in numerical code', () => {
    const wrong = shipped
      .filter((file) => ['onnx', 'autodiff', 'vision', 'language', 'atlas'].includes(file.package))
      .filter((file) => /Math\.random\(|Date\.now\(/.test(file.text))
      .map((file) => file.path);
    expect(wrong).toEqual([]);
  });

  it('has no source file longer than 300 lines', () => {
    const long = shipped.map((file) => [file.path, file.text.split('\n').length] as const).filter(([, lines]) => lines > 301);
    expect(long).toEqual([]);
  });
});

describe('dependencies', () => {
  const packages = ['.', ...Object.keys(MAY_IMPORT).map((name) => `packages/${name}`)];

  it('are pinned exactly', () => {
    const loose = packages.flatMap((path) => {
      const manifest = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
      const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
      return Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)));
    });
    expect(loose).toEqual([]);
  });

  it('that are used are declared by the package that uses them', () => {
    const wrong = shipped.flatMap((file) => {
      const manifest = JSON.parse(readFileSync(join(root, 'packages', file.package, 'package.json'), 'utf8'));
      const declared = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
      return file.imports
        .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
        .map((name) =>
          name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/'),
        )
        .filter((name) => !(name in declared))
        .map((name) => `${file.path} imports ${name}`);
    });
    expect(wrong).toEqual([]);
  });

  it('find no file by the path of an address, which is not the path of a file in a folder with spaces', () => {
    const written = [
      ...sources,
      ...files(join(root, 'test')).map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') })),
    ];
    const wrong = written.filter(({ text }) => /import\.meta\.url\)\.pathname/.test(text));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('leave no download addresses in the lock file', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "https?:/);
  });

  it("have every platform's binaries in the lock file, so that npm ci works on all of them", () => {
    const { packages: locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const missing = Object.entries(locked).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !(`node_modules/${name}` in locked) && !(`${path}/node_modules/${name}` in locked),
      ),
    );
    expect(missing).toEqual([]);
  });
});
