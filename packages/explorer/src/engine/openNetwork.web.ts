import type { BrowserRunner, ModelSource } from '@incognita/runtime/web';
import { sessionSource } from '@incognita/runtime/web';
import {
  type ClassNames,
  type GraphRunner,
  LiveNetwork,
  numberedClasses,
  type Preprocessing,
  parseClassNames,
  resolvePreprocessing,
  sidecarNames,
} from '@incognita/vision/web';

/** A network that is open in this worker. */
export interface TabNetwork {
  readonly network: LiveNetwork;
  readonly source: ModelSource;
  readonly classes: ClassNames | null;
  /** Runs edits of it until the signal fires. */
  runner(signal: AbortSignal): GraphRunner;
}

/** Files that may hold class names where no server has looked for them. */
const NAME_FILES = ['labels.json', 'config.json'];

/** @param given how pictures become input, where that is known; else it is found as for every command, in the file and beside it. */
export async function openNetwork(
  { runner, source, url }: { readonly runner: BrowserRunner; readonly source: ModelSource; readonly url: string },
  given: Preprocessing | undefined,
): Promise<TabNetwork> {
  const preprocessing = given ?? resolvePreprocessing(source.model, await fetchSidecar(url));
  const network = new LiveNetwork(source.model, preprocessing);
  const count = network.classes?.classes ?? null;
  return {
    network,
    source,
    classes: count === null || given !== undefined ? null : await findNames(source, url, count),
    runner: (signal) => ({
      async run(edited, runs, outputs) {
        const session = runner.session(sessionSource(source, edited));
        const results = [];
        for (const feeds of runs) {
          const result = await session.run(feeds, signal);
          results.push(outputs === undefined ? result : Object.fromEntries(outputs.map((name) => [name, result[name]!])));
        }
        return results;
      },
    }),
  };
}

async function fetchSidecar(url: string): Promise<{ sidecar?: { file: string; json: unknown } }> {
  for (const file of sidecarNames(new URL(url).pathname.split('/').at(-1)!)) {
    const text = await fetchText(new URL(file, url));
    if (text !== null) return { sidecar: { file, json: JSON.parse(text) } };
  }
  return {};
}

async function findNames({ model }: ModelSource, url: string, count: number): Promise<ClassNames> {
  const own = model.metadata.get('incognita.classes');
  if (own !== undefined) {
    const names = parseClassNames(own, 'incognita.classes.json');
    if (names.length === count) return { names, source: "in the model's metadata" };
  }
  for (const file of NAME_FILES) {
    const text = await fetchText(new URL(file, url));
    if (text === null) continue;
    const names = namesIn(text, file);
    if (names.length === count) return { names, source: `${file}, found beside the model with ${count} names` };
  }
  return numberedClasses(count);
}

/** A file of another purpose may have the same name. */
function namesIn(text: string, file: string): readonly string[] {
  try {
    return parseClassNames(text, file);
  } catch {
    return [];
  }
}

async function fetchText(url: URL): Promise<string | null> {
  const response = await fetch(url);
  return response.ok && !response.headers.get('Content-Type')?.includes('html') ? response.text() : null;
}
