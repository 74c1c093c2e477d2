import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTinyNet } from './tinyNet.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const names = ['onnx', 'autodiff'] as const;
/** A project of a stranger: both packages from their tarballs, and what they depend on. */
let folder: string;
const packed: Record<string, string[]> = {};

function command(program: string, args: readonly string[], cwd: string, input?: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, input, encoding: 'utf8' });
  expect({ status, output: status === 0 ? '' : stdout + stderr }, `${program} ${args.join(' ')}`).toEqual({
    status: 0,
    output: '',
  });
  return stdout;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incognita-publish-'));
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@bufbuild'), { recursive: true });
  symlinkSync(join(root, 'node_modules/@bufbuild/protobuf'), join(modules, '@bufbuild/protobuf'));
  for (const name of ['onnxruntime-node', 'onnxruntime-common'])
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  for (const name of names) {
    const args = ['pack', '--json', '--ignore-scripts', '--offline', '--pack-destination', folder];
    const [made] = JSON.parse(command('npm', args, join(root, 'packages', name))) as [
      { filename: string; files: { path: string }[] },
    ];
    packed[name] = made.files.map((file) => file.path);
    const target = join(modules, '@incognita', name);
    mkdirSync(target, { recursive: true });
    command('tar', ['xzf', join(folder, made.filename), '-C', target, '--strip-components=1'], folder);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  await writeTinyNet(join(folder, 'model.onnx'), 32);
}, 240_000);
afterAll(() => rm(folder, { recursive: true }));

describe('as published', () => {
  for (const name of names) {
    it(`${name} holds its code, types, README and licence, and nothing else`, () => {
      const files = packed[name]!;
      expect(files).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']));
      for (const file of files) expect(file).toMatch(/^(package\.json|README\.md|LICENSE|dist\/.*\.(js|d\.ts))$/);
      expect(files.filter((file) => /test|conformance/.test(file))).toEqual([]);
      expect(readFileSync(join(root, 'packages', name, 'LICENSE'), 'utf8')).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'));
    });

    it(`what ${name} exports is there, and it says that it has no side effects`, () => {
      const home = join(folder, 'node_modules/@incognita', name);
      const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
        sideEffects: boolean;
        exports: Record<string, Record<string, string>>;
      };
      expect(manifest.sideEffects).toBe(false);
      expect(Object.keys(manifest.exports['.']!)[0]).toBe('types'); // a resolver takes the first condition that fits
      for (const entry of Object.values(manifest.exports))
        for (const file of Object.values(entry)) expect(existsSync(join(home, file)), file).toBe(true);
    });

    it(`the code of the README of ${name} runs`, () => {
      const page = readFileSync(join(root, 'packages', name, 'README.md'), 'utf8');
      const blocks = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map((match) => match[1]!);
      expect(blocks.length).toBeGreaterThanOrEqual(3);
      const stdout = command(process.execPath, ['--input-type=module'], folder, blocks.join('\n'));
      expect(stdout).toContain(name === 'onnx' ? 'Float32Array(2) [ 0, 0 ]' : '[ 1, 3, 32, 32 ]');
    });
  }

  it('types need neither those of Node nor those of a browser', () => {
    writeFileSync(
      join(folder, 'consumer.ts'),
      `import { jvp, type VjpOptions, vjp } from '@incognita/autodiff';
import { type Model, read, write } from '@incognita/onnx';
export function gradient(bytes: Uint8Array, options: VjpOptions): Uint8Array {
  const model: Model = read(bytes);
  jvp(model, { of: 'y', wrt: 'x', repeat: true });
  return write(vjp(model, options));
}
`,
    );
    const compilerOptions = { noEmit: true, strict: true, lib: ['ES2022'], types: [], target: 'ES2022', module: 'NodeNext' };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
    command(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], folder);
  });

  it('bundle for a browser without a module of Node', async () => {
    const entry = `import { vjp } from '@incognita/autodiff';
import { read, write } from '@incognita/onnx';
globalThis.gradient = (bytes) => write(vjp(read(bytes), { of: 'logits', wrt: 'image' }));
`;
    mkdirSync(join(folder, 'web'));
    writeFileSync(join(folder, 'web/main.js'), entry);
    const resolve = createRequire(join(root, 'packages/explorer/package.json'));
    const manifest = resolve.resolve('vite/package.json');
    const vite = (await import(pathToFileURL(join(dirname(manifest), 'dist/node/index.js')).href)) as {
      build(config: object): Promise<{ output: { code?: string }[] }>;
    };
    const input = join(folder, 'web/main.js');
    const built = await vite.build({
      configFile: false,
      logLevel: 'silent',
      root: folder,
      build: { write: false, minify: false, rollupOptions: { input } },
    });
    const code = built.output.map((chunk) => chunk.code ?? '').join('\n');
    expect(code).toContain('cotangent:');
    expect(code).not.toMatch(/from ["']node:|require\(["']node:|__vite-browser-external|\bprocess\.|\bBuffer\./);
    writeFileSync(join(folder, 'web/bundle.mjs'), code);
    const use = `import './web/bundle.mjs'; import { readFileSync } from 'node:fs'; console.log(gradient(readFileSync('model.onnx')).length > 1000);`;
    expect(command(process.execPath, ['--input-type=module'], folder, use).trim()).toBe('true');
  });
});
