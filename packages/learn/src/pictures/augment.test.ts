import { createRandom } from '@incognita/runtime';
import { describe, expect, it } from 'vitest';
import { drawAugmented, NO_AUGMENTATION } from './augment.js';
import { pictureBatches } from './pictureBatches.task.js';

/** A picture whose red counts columns, green rows, blue a constant; opaque but for its first row. */
function ramp(sidePx: number): Uint8Array {
  return Uint8Array.from({ length: 4 * sidePx * sidePx }, (_, i) => {
    const [x, y] = [(i >> 2) % sidePx, Math.floor((i >> 2) / sidePx)];
    return [10 * x, 10 * y, 77, y === 0 ? 0 : 255][i & 3]!;
  });
}

const draw = (sidePx: number, to: number, change: Partial<typeof NO_AUGMENTATION> = {}, seed = 1): Float32Array => {
  const out = new Float32Array(3 * to * to);
  drawAugmented({ pixels: ramp(sidePx), offset: 0, sidePx }, { ...NO_AUGMENTATION, ...change }, createRandom(seed), out, 0, to);
  return out;
};

describe('augmentation', () => {
  it('without any change gives the picture on white, from −1 to 1', () => {
    const out = draw(6, 6);
    for (let y = 0; y < 6; y++)
      for (let x = 0; x < 6; x++)
        expect([0, 36, 72].map((plane) => out[plane + 6 * y + x]! * 127.5 + 127.5).map(Math.round)).toEqual(
          y === 0 ? [255, 255, 255] : [10 * x, 10 * y, 77],
        );
  });

  it('mirrors at probability one', () => {
    const [plain, mirrored] = [draw(6, 6), draw(6, 6, { flip: 1 })];
    for (let x = 0; x < 6; x++) expect(mirrored[6 * 3 + x]).toBeCloseTo(plain[6 * 3 + 5 - x]!, 5);
  });

  it('takes all colour out at probability one', () => {
    const [plain, grey] = [draw(6, 6), draw(6, 6, { grey: 1 })];
    for (let i = 0; i < 36; i++) {
      const mean = (plain[i]! + plain[36 + i]! + plain[72 + i]!) / 3;
      for (const plane of [0, 36, 72]) expect(grey[plane + i]).toBeCloseTo(mean, 5);
    }
  });

  it('turns the hue without changing what is grey or how far a colour is from it', () => {
    const [plain, turned] = [draw(6, 6), draw(6, 6, { hueDegrees: 180 }, 5)];
    const polar = (values: Float32Array, i: number): number[] => {
      const rgb = [values[i]!, values[36 + i]!, values[72 + i]!];
      const mean = (rgb[0]! + rgb[1]! + rgb[2]!) / 3;
      return [mean, Math.hypot(...rgb.map((value) => value - mean))];
    };
    for (let i = 0; i < 36; i++)
      for (const [j, value] of polar(turned, i).entries()) expect(value).toBeCloseTo(polar(plain, i)[j]!, 5);
    expect(turned[20]).not.toBeCloseTo(plain[20]!, 2);
  });

  it('stays within what it may do: a shift moves, and everything comes back with its seed', () => {
    const change = {
      shift: 0.2,
      rotateDegrees: 20,
      scale: 0.2,
      stretch: 0.1,
      shear: 0.1,
      background: 1,
      contrast: 0.2,
      noise: 0.1,
    };
    expect(draw(12, 8, change, 7)).toEqual(draw(12, 8, change, 7));
    expect(draw(12, 8, change, 8)).not.toEqual(draw(12, 8, change, 7));
    expect(draw(12, 8, change, 7).every(Number.isFinite)).toBe(true);
  });
});

describe('batches of pictures', () => {
  const side = 4;
  const pictures = {
    pixels: Uint8Array.from({ length: 5 * 4 * side * side }, (_, i) =>
      i % 4 === 3 ? 255 : 40 * Math.floor(i / (4 * side * side)),
    ),
    sidePx: side,
    labels: Int32Array.of(0, 0, 0, 3, 3),
    styles: Int32Array.of(0, 0, 1, 0, 0),
  };
  const make = pictureBatches({ pictures, sidePx: 4, augmentation: NO_AUGMENTATION, seed: 2 });

  it('give the same examples however a step is cut', async () => {
    const whole = await make({ step: 3, from: 0, examples: 6 });
    const part = await make({ step: 3, from: 2, examples: 2 });
    expect(Array.from(part.label!.data as BigInt64Array)).toEqual(Array.from((whole.label!.data as BigInt64Array).slice(2, 4)));
    expect(part.input!.data).toEqual((whole.input!.data as Float32Array).slice(2 * 48, 4 * 48));
  });

  it('draw classes evenly, styles evenly within a class, and label them rightly', async () => {
    const { input, label } = await make({ step: 0, from: 0, examples: 4000 });
    const counts = new Array<number>(5).fill(0);
    for (let e = 0; e < 4000; e++) {
      const picture = Math.round(((input!.data[e * 48] as number) * 127.5 + 127.5) / 40);
      expect(Number(label!.data[e])).toBe(pictures.labels[picture]);
      counts[picture]!++;
    }
    for (const [i, share] of [1 / 8, 1 / 8, 1 / 4, 1 / 4, 1 / 4].entries()) expect(counts[i]! / 4000).toBeCloseTo(share, 1);
  });

  it('mirror only classes that may be mirrored, and change nothing else', async () => {
    const wedge = {
      ...pictures,
      pixels: Uint8Array.from({ length: 5 * 64 }, (_, i) => (i % 4 === 3 ? 255 : 60 * ((i >> 2) % 4))),
    };
    const augmentation = { ...NO_AUGMENTATION, shift: 0.2, flip: 0.5 };
    const batch = (options: object) =>
      pictureBatches({ pictures: wedge, sidePx: 4, augmentation, seed: 2, ...options })({ step: 0, from: 0, examples: 64 });
    const mirrorable = [true, false, false, false];
    const [some, all, none] = await Promise.all([
      batch({ mirrorable }),
      batch({}),
      batch({ augmentation: { ...augmentation, flip: 0 } }),
    ]);
    const example = ({ input }: typeof all, e: number) => Array.from((input!.data as Float32Array).slice(e * 48, (e + 1) * 48));
    let mirrored = 0;
    for (let e = 0; e < 64; e++) {
      const free = Number(all.label!.data[e]) === 0;
      expect(example(some, e)).toEqual(example(free ? all : none, e));
      if (free && String(example(all, e)) !== String(example(none, e))) mirrored++;
    }
    expect(mirrored).toBeGreaterThan(5);
  });
});
