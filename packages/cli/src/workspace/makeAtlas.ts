import { type AtlasOptions, buildAtlas, estimate } from '@incognita/atlas';
import { printJson } from '../output.js';
import { type BuildOptions, buildShown, openLine } from './buildShown.js';
import { atlasLines, atlasNotes, estimateLine } from './reports.js';

/** Makes an atlas in a workspace, or goes on with the one that is there, and prints how long it will take; shows it while it grows where asked. */
export async function makeAtlas(atlas: AtlasOptions, options: Omit<BuildOptions, 'modelPath'>): Promise<void> {
  const { out, json, pool, progress, interrupt } = options;
  await buildShown(
    async (context) => {
      progress.note(estimateLine(await estimate(atlas, { pool, signal: interrupt.signal })));
      return buildAtlas(atlas, context);
    },
    ({ result, workspace, url }) => {
      for (const line of atlasNotes(result)) process.stderr.write(`${line}\n`);
      if (json) {
        printJson({ workspace: workspace.dir, ...(url === null ? {} : { url }), seed: result.seed, layers: result.layers });
        return;
      }
      for (const line of atlasLines(result)) process.stdout.write(`${line}\n`);
      process.stdout.write(openLine(out));
    },
    { ...options, modelPath: atlas.modelPath },
  );
}
