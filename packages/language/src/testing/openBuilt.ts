import type { Model } from '@incognita/onnx';
import { openModel } from '@incognita/runtime';
import { decode } from '../generation/decode.js';
import { paced } from '../generation/pace.js';
import { LanguageModel } from '../model/languageModel.js';
import type { TextTokenizer } from '../tokens/textTokenizer.js';

/** A decoder that was built, on the native engine, with the loop of generation on this thread: as in a browser tab. */
export async function openBuilt(
  model: Model,
  { tokenizer = null, ends = [] }: { tokenizer?: TextTokenizer | null; ends?: number[] } = {},
): Promise<LanguageModel> {
  const opened = await openModel(model);
  return new LanguageModel({
    model,
    tokenizer,
    ends,
    runner: {
      open: (edited) => opened.session(edited),
      async decode(edited, plan, onStep, signal) {
        const session = await opened.session(edited);
        return decode(
          { run: (feeds) => session.run(feeds, signal === undefined ? {} : { signal }) },
          plan,
          paced(onStep, plan.lead),
        );
      },
      dispose: () => opened.dispose(),
    },
  });
}
