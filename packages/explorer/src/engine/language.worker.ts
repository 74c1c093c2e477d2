import { answers, type FetchedLanguageModel, fetchLanguageModel, type LanguageModel } from '@incognita/language/web';
import type { BrowserEngineInfo } from '@incognita/runtime/web';
import type { OpenDecoder } from './languageCalls.js';
import { ORT_BUILDS } from './ortBuilds.web.js';
import { type CallContext, serveCalls } from './serveCalls.web.js';

// A decoder in this tab: it is opened once, then answers what the page Language asks, by the functions that our server calls.

let opened: FetchedLanguageModel | null = null;
const model = (): LanguageModel => opened!.model;
type Args<F extends (model: LanguageModel, args: never, signal: AbortSignal) => unknown> = Parameters<F>[1];

const tell = serveCalls({
  async open({ folder, file, provider, limitBytes, threads }: OpenDecoder, { signal }: CallContext) {
    let told = 0;
    opened = await fetchLanguageModel(folder, {
      ...{ builds: ORT_BUILDS, provider, limitBytes, threads, signal },
      ...(file === undefined ? {} : { file }),
      onEngine: (engine: BrowserEngineInfo) => tell({ engine }),
      onProgress: (loaded: number, total: number) => {
        if (loaded - told < 1e6) return;
        told = loaded;
        tell({ loaded, total });
      },
    });
    return { card: answers.cardOf(opened.model), engine: opened.engine() };
  },
  tokens: (args: Args<typeof answers.cutText>) => answers.cutText(model(), args),
  run: (args: Args<typeof answers.readParts>) => answers.readParts(model(), args),
  explain: (args: Args<typeof answers.explain>) => answers.explain(model(), args),
  lens: (args: Args<typeof answers.lensOf>, { signal }: CallContext) => answers.lensOf(model(), args, signal),
  next: (args: Args<typeof answers.nextToken>) => answers.nextToken(model(), args),
  async generate(args: Args<typeof answers.goOn>, { signal, step }: CallContext) {
    const steps = await answers.goOn(model(), args, signal);
    for (;;) {
      const next = await steps.next();
      if (next.done) return next.value;
      step(next.value);
    }
  },
});
