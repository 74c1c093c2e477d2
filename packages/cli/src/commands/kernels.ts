import { extname } from 'node:path';
import { firstKernels, kernelTiles } from '@incognita/learn';
import { loadModelSource } from '@incognita/runtime';
import { encodePng, encodeWebp, packSheet } from '@incognita/vision';
import { UsageError } from '../errors.js';
import { printJson, writeOutput } from '../output.js';
import { namedModel } from '../sources/namedModel.js';

/** Options of `incognita kernels`. */
export interface KernelsCommandOptions {
  readonly out: string;
  readonly columns: number;
  readonly scale: number;
  readonly json?: boolean;
}

/** White pixels about each kernel. */
const MARGIN_PX = 3;
/** From here on a kernel of brightness is called an edge. */
const ORIENTED = 0.5;
const COLOUR = 0.35;

/** `incognita kernels`: the first layer's kernels as a picture. */
export async function kernelsCommand(model: string, options: KernelsCommandOptions): Promise<void> {
  const { path, name } = namedModel(model);
  const encode = { '.webp': (sheet: Sheet) => encodeWebp(sheet, { lossless: true }), '.png': encodePng }[extname(options.out)];
  if (encode === undefined) throw new UsageError(`${options.out} must end in .webp or .png`);
  const source = await loadModelSource(path);
  const { dims, weights } = firstKernels(source.model);
  const tiles = kernelTiles(weights, dims);
  const { columns, scale } = options;
  const tilePx = tiles[0]!.sidePx * scale + 2 * MARGIN_PX;
  const sheet = packSheet(
    tiles.map(({ rgb, sidePx }) => enlarged(rgb, sidePx, scale)),
    { tilePx, columns },
  );
  await writeOutput(options.out, await encode(sheet));
  const coloured = tiles.filter(({ colour }) => colour > COLOUR).length;
  const edges = tiles.filter(({ colour, oriented }) => colour <= COLOUR && oriented >= ORIENTED).length;
  const facts = { model: name, file: options.out, kernels: tiles.length, sidePx: tiles[0]!.sidePx, coloured, edges };
  if (options.json) printJson({ ...facts, order: tiles.map(({ channel }) => channel) });
  else
    process.stdout.write(
      `${facts.kernels} kernels of ${facts.sidePx} × ${facts.sidePx}: ${edges} edges of brightness, ${coloured} of colour, ${facts.kernels - edges - coloured} others\n`,
    );
}

type Sheet = ReturnType<typeof packSheet>;

/** Every weight a square of `scale` pixels, white about the whole. */
function enlarged(rgb: Uint8Array, sidePx: number, scale: number): Uint8Array {
  const tilePx = sidePx * scale + 2 * MARGIN_PX;
  const tile = new Uint8Array(3 * tilePx * tilePx).fill(255);
  for (let y = 0; y < sidePx * scale; y++)
    for (let x = 0; x < sidePx * scale; x++) {
      const from = 3 * (Math.floor(y / scale) * sidePx + Math.floor(x / scale));
      tile.set(rgb.subarray(from, from + 3), 3 * ((y + MARGIN_PX) * tilePx + x + MARGIN_PX));
    }
  return tile;
}
