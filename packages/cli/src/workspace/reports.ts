import type { AtlasResult, Estimate, MicroscopeResult } from '@incognita/atlas';
import { formatBytes, formatDuration } from '../duration.js';
import { table } from '../output.js';

/** How long an atlas will take, on one line. */
export function estimateLine({ seconds, memoryBytes }: Estimate): string {
  const total = Object.values(seconds).reduce((a, b) => a + b, 0);
  const parts = Object.entries(seconds).map(([stage, value]) => `${stage} ${formatDuration(value)}`);
  return `estimate   ${formatDuration(total)} (${parts.join(', ')}), ${formatBytes(memoryBytes)} of memory`;
}

/** What an atlas lacks and why, a line each. */
export function atlasNotes(result: AtlasResult): string[] {
  return [
    ...skippedLines(result),
    ...(result.noClasses === null ? [] : [`classes were not attributed: ${result.noClasses}`]),
    ...result.layers
      .filter(({ cells }) => cells === 0)
      .map(
        ({ layer, activations }) =>
          `${layer} has an empty map: no cell holds enough of its ${activations} activations. Give more pictures, or a coarser --grid.`,
      ),
  ];
}

/** The maps that were made, a line each. */
export function atlasLines({ layers }: AtlasResult): string[] {
  return layers.map(
    ({ layer, activations, cells, icons }) => `${layer}: ${activations} activations in ${cells} cells, ${icons} icons`,
  );
}

/** What a microscope lacks and why, a line each. */
export function microscopeNotes(result: MicroscopeResult): string[] {
  const without = result.layers.filter(({ noImages }) => noImages !== null);
  return [
    ...skippedLines(result),
    ...(result.noDiverse === null ? [] : [`there are no diverse images: ${result.noDiverse}`]),
    ...without.map(({ layer, noImages }) => `${layer} has no optimised images: ${noImages}`),
  ];
}

/** What is seen of each layer, as a table. */
export function microscopeTable({ layers }: MicroscopeResult): string {
  const rows = layers.map(({ layer, channels, images, trusted }) => [layer, channels, images, trusted]);
  return table(['layer', 'channels', 'images', 'trusted'], rows);
}

function skippedLines({
  skipped,
}: {
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}): string[] {
  return skipped.map(({ file, reason }) => `skipped ${file}: ${reason}`);
}
