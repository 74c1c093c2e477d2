import { describe, expect, it } from 'vitest';
import { cellsOf, writeBlock } from './cells.js';
import { colourCells, opponentPlanes } from './colours.js';
import { describePicture } from './descriptors.js';
import { orientationPlanes } from './gradients.js';
import { hog } from './hog.js';
import { type Planes, pixelFeatures } from './pixels.js';

/** A grey picture from brightness at each place. */
function grey(sidePx: number, brightness: (x: number, y: number) => number): Planes {
  const area = sidePx * sidePx;
  const data = Float32Array.from({ length: 3 * area }, (_, i) => brightness(i % sidePx, Math.floor((i % area) / sidePx)));
  return { data, sidePx };
}

const noise = (sidePx: number): Planes => grey(sidePx, (x, y) => Math.sin(x * 12.9898 + y * 78.233) * Math.cos(3 * x * y));

describe('gradients by direction', () => {
  it('put a slope whose direction is known into the two bins on either side of it, in proportion', () => {
    const sidePx = 9;
    for (const degrees of [0, 30, 100, 185, 359]) {
      const [dx, dy] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
      const ramp = grey(sidePx, (x, y) => 0.01 * (dx * x + dy * y));
      const planes = orientationPlanes(ramp, { orientations: 8, signed: true });
      const middle = 4 * sidePx + 4;
      const bins = Array.from({ length: 8 }, (_, bin) => planes[bin * sidePx * sidePx + middle]!);
      const expected = Array.from({ length: 8 }, (_, bin) => {
        const apart = Math.abs(((degrees / 45 - bin + 12) % 8) - 4);
        return 0.02 * Math.max(0, 1 - apart);
      });
      for (const [bin, value] of bins.entries()) expect(value).toBeCloseTo(expected[bin]!, 5);
    }
  });

  it('tell light-to-dark from dark-to-light only where they are signed', () => {
    const edge = grey(8, (x) => (x < 4 ? -1 : 1));
    const inverse = grey(8, (x) => (x < 4 ? 1 : -1));
    const by = (picture: Planes, signed: boolean) => orientationPlanes(picture, { orientations: 4, signed });
    expect(by(edge, false)).toEqual(by(inverse, false));
    expect(by(edge, true)).not.toEqual(by(inverse, true));
  });
});

describe('sums over cells', () => {
  it('are those of a naive loop over all pixels, for both windows', () => {
    const sidePx = 11;
    const { data } = noise(sidePx);
    for (const window of ['mean', 'linear'] as const)
      for (const cellPx of [1, 2, 3, 4]) {
        const cells = cellsOf(data, sidePx, cellPx, window);
        const weight = (pixel: number, begin: number): number => {
          if (window === 'mean') return pixel >= begin && pixel < begin + cellPx ? 1 / cellPx : 0;
          return Math.max(0, 1 - Math.abs(pixel - (begin + (cellPx - 1) / 2)) / cellPx);
        };
        for (const [plane, y, x] of [
          [0, 0, 0],
          [1, 2, 5],
          [2, sidePx - cellPx, sidePx - cellPx],
        ] as const) {
          let expected = 0;
          for (let v = 0; v < sidePx; v++)
            for (let u = 0; u < sidePx; u++) expected += weight(v, y) * weight(u, x) * data[(plane * sidePx + v) * sidePx + u]!;
          expect(cells.data[(plane * cells.places + y) * cells.places + x]).toBeCloseTo(expected, 4);
        }
      }
  });

  it('refuse cells that are larger than the picture', () => {
    expect(() => cellsOf(new Float32Array(3 * 64), 8, 9, 'mean')).toThrow(/9 pixels do not fit a picture of 8/);
  });
});

describe('histograms of oriented gradients', () => {
  it('of a vertical edge are all in the bin of horizontal gradients, in the cells at the edge', () => {
    const edge = grey(16, (x) => (x < 8 ? -1 : 1));
    const [cells, orientations] = [4, 9];
    const features = hog(edge, 4);
    expect(features).toHaveLength(9 * 4 * orientations);
    for (let block = 0; block < 9; block++)
      for (let cell = 0; cell < cells; cell++) {
        const column = (block % 3) + (cell % 2);
        const values = Array.from(
          features.subarray((block * cells + cell) * orientations, (block * cells + cell + 1) * orientations),
        );
        expect(values[0]! > 0.01).toBe(column === 1 || column === 2);
        expect(Math.max(...values.slice(1))).toBeLessThan(1e-6);
      }
  });

  it('do not change with brightness and contrast', () => {
    const picture = noise(16);
    const other = { ...picture, data: picture.data.map((value) => 0.3 * value + 0.2) };
    const [a, b] = [hog(picture, 4), hog(other, 4)];
    for (const [i, value] of a.entries()) expect(b[i]).toBeCloseTo(value, 4);
  });

  it('have length 1, and before the last scaling no number above 0.2', () => {
    const cells = cellsOf(orientationPlanes(noise(16), { orientations: 8, signed: true }), 16, 4, 'linear');
    const out = new Float32Array(128);
    expect(writeBlock(cells, { x: 0, y: 0, side: 4 }, out, 0)).toBeGreaterThan(0);
    expect(out.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
    const flat = cellsOf(new Float32Array(8 * 256), 16, 4, 'linear');
    expect(writeBlock(flat, { x: 0, y: 0, side: 4 }, new Float32Array(128), 0)).toBe(0);
  });
});

describe('dense descriptors', () => {
  it('lie on the grid, and follow a picture that is shifted by whole steps', () => {
    const [sidePx, grid] = [32, { cellsPx: [3], stepPx: 4 }];
    const blob = (at: number): Planes => grey(sidePx, (x, y) => Math.exp(-((x - at) ** 2 + (y - 14) ** 2) / 8));
    const [first, second] = [blob(10), blob(14)].map((planes) => describePicture(planes, 'sift', grid)) as [
      ReturnType<typeof describePicture>,
      ReturnType<typeof describePicture>,
    ];
    const at = (found: typeof first, x: number, y: number): number[] => {
      const place = Array.from({ length: found.count }, (_, d) => d).find(
        (d) => Math.abs(found.centres[2 * d]! * sidePx - x) < 1e-4 && Math.abs(found.centres[2 * d + 1]! * sidePx - y) < 1e-4,
      )!;
      return Array.from(found.data.subarray(place * found.dims, (place + 1) * found.dims));
    };
    const [here, there] = [at(first, 10, 14), at(second, 14, 14)];
    expect(here).toHaveLength(128);
    for (const [i, value] of here.entries()) expect(there[i]).toBeCloseTo(value, 5);
  });

  it('of a flat picture are none for edges, and all the same for colours', () => {
    const flat = grey(32, () => 0.5);
    const grid = { cellsPx: [4, 6], stepPx: 4 };
    expect(describePicture(flat, 'sift', grid).count).toBe(0);
    const colours = describePicture(flat, 'colour', grid);
    // 4 × 4 cells of 4 pixels at 5 places a side, of 6 pixels at 3.
    expect(colours.count).toBe(25 + 9);
    for (let d = 1; d < colours.count; d++)
      for (let i = 0; i < colours.dims; i++) expect(colours.data[d * colours.dims + i]).toBeCloseTo(colours.data[i]!, 3);
  });

  it('refuse patches that are all larger than the picture', () => {
    expect(() => describePicture(noise(12), 'sift', { cellsPx: [4, 6], stepPx: 2 })).toThrow(
      /4, 6 pixels do not fit a picture of 12/,
    );
  });
});

describe('colours', () => {
  it('are an orthonormal change of axes: lengths stay, and grey is brightness alone', () => {
    const planes: Planes = { data: Float32Array.of(0.5, -1, 0.5, 0.25, 0.5, 0.75, 0.3, 0.1, 0.5, 0, 0.5, -0.6), sidePx: 2 };
    const opponent = opponentPlanes(planes);
    for (let i = 0; i < 4; i++) {
      const length = (data: Float32Array): number => Math.hypot(data[i]!, data[i + 4]!, data[i + 8]!);
      expect(length(opponent)).toBeCloseTo(length(planes.data), 6);
    }
    const [redGreen, yellowBlue] = opponentPlanes(grey(1, () => 0.7));
    expect([redGreen, yellowBlue]).toEqual([0, 0]);
  });

  it('of a cell are the mean and the deviation of its pixels', () => {
    const planes = noise(6);
    const cells = colourCells(planes, 3);
    const opponent = opponentPlanes(planes).subarray(72);
    const values = [0, 1, 2].flatMap((v) => [0, 1, 2].map((u) => opponent[(2 + v) * 6 + 1 + u]!));
    const mean = values.reduce((a, b) => a + b, 0) / 9;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 9);
    const place = 2 * cells.places + 1;
    expect(cells.data[2 * cells.places ** 2 + place]).toBeCloseTo(mean, 5);
    expect(cells.data[5 * cells.places ** 2 + place]).toBeCloseTo(deviation, 4);
  });
});

describe('pixels as features', () => {
  const pictures = {
    pixels: Uint8Array.from({ length: 2 * 4 * 16 }, (_, i) => (i % 4 === 3 ? 255 : (37 * i) % 256)),
    sidePx: 4,
    labels: Int32Array.of(0, 1),
    styles: Int32Array.of(0, 0),
  };

  it('are means of blocks, from −1 to 1', () => {
    const { count, dims, data } = pixelFeatures(pictures, { sidePx: 2 });
    expect([count, dims]).toEqual([2, 12]);
    // Green of the second picture's block at the right bottom.
    const places = [10, 11, 14, 15].map((pixel) => pictures.pixels[4 * (16 + pixel) + 1]! / 127.5 - 1);
    expect(data[12 + 4 + 3]).toBeCloseTo(places.reduce((a, b) => a + b, 0) / 4, 5);
  });

  it('refuse a side that does not divide that of the pictures', () => {
    expect(() => pixelFeatures(pictures, { sidePx: 3 })).toThrow(/4 pixels cannot be cut into 3/);
  });
});
