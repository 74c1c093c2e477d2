import { describe, expect, it } from 'vitest';
import { kernelPixels } from './kernelPixels.js';

describe('a kernel as a picture', () => {
  it('is stretched to its own range, channel planes become pixels', () => {
    const kernels = {
      count: 2,
      planes: 3,
      height: 1,
      width: 2,
      data: Float32Array.of(...new Array(6).fill(9), -1, 0, 1, 3, 1, -1),
    };
    const { pixels, low, high } = kernelPixels(kernels, 1);
    expect([low, high]).toEqual([-1, 3]);
    expect([...pixels]).toEqual([0, 128, 128, 255, 64, 255, 0, 255]);
  });

  it('without any difference is grey', () => {
    const { pixels } = kernelPixels({ count: 1, planes: 3, height: 1, width: 1, data: new Float32Array(3) }, 0);
    expect([...pixels]).toEqual([128, 128, 128, 255]);
  });
});
