import type { Sheet } from '@incognita/workspace/schema';
import { type Kernels, kernelPixels } from './kernelPixels.js';

const COLUMNS = 16;
/** Side of a drawn kernel: enough for its weights to stay squares when the browser scales it. */
const TILE_PX = 56;

/** All kernels of a first layer in one picture, a tile each; ids are their numbers. */
export function kernelSheet(kernels: Kernels): Sheet {
  const { count, width, height } = kernels;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [COLUMNS * TILE_PX, Math.ceil(count / COLUMNS) * TILE_PX];
  const context = canvas.getContext('2d')!;
  context.imageSmoothingEnabled = false;
  const one = document.createElement('canvas');
  [one.width, one.height] = [width, height];
  for (let k = 0; k < count; k++) {
    one.getContext('2d')!.putImageData(new ImageData(kernelPixels(kernels, k).pixels, width, height), 0, 0);
    context.drawImage(one, (k % COLUMNS) * TILE_PX, Math.floor(k / COLUMNS) * TILE_PX, TILE_PX, TILE_PX);
  }
  return {
    file: canvas.toDataURL('image/png'),
    columns: COLUMNS,
    tilePx: TILE_PX,
    ids: Array.from({ length: count }, (_, k) => k),
  };
}
