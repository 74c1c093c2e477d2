import type { Draw } from './draw.js';
import { type Case, type Generator, single } from './problem.js';

/** Real or complex, forwards or back, whole or half, cut off or filled up; both operator sets. */
function dft(draw: Draw): Case {
  const kind = draw.pick(['whole', 'inverse', 'half', 'halfInverse'] as const);
  const opset = kind === 'halfInverse' ? 20 : draw.pick([18, 20]);
  const complex = kind === 'halfInverse' || (kind !== 'half' && draw.chance());
  const dims = [draw.integer(1, 2), ...draw.times(draw.integer(1, 2), () => draw.integer(2, 7))];
  const axis = draw.integer(1, dims.length - 1);
  const length = draw.chance(0.4) ? [{ ints: [Math.max(2, dims[axis]! + draw.integer(-2, 2))], dims: [] }] : [];
  const attributes = {
    inverse: kind === 'inverse' || kind === 'halfInverse' ? 1 : 0,
    onesided: kind === 'half' || kind === 'halfInverse' ? 1 : 0,
  };
  const inputs = [[...dims, complex ? 2 : 1], ...length];
  if (opset < 20) return { op: 'DFT', inputs, attributes: { ...attributes, axis }, opset };
  const given = draw.chance() ? axis : axis - dims.length - 1;
  return { op: 'DFT', inputs: [inputs[0]!, length[0] ?? '', { ints: [given], dims: [] }], attributes, opset };
}

function stft(draw: Draw): Case {
  const [length, step] = [draw.integer(2, 6), draw.integer(1, 4)];
  const window = draw.chance() ? [length] : ('' as const);
  return {
    op: 'STFT',
    inputs: [
      [draw.integer(1, 2), length + draw.integer(0, 8), 1],
      { ints: [step], dims: [] },
      window,
      { ints: [length], dims: [] },
    ],
    attributes: { onesided: draw.integer(0, 1) },
    opset: draw.pick([18, 20]),
  };
}

export const spectra: Readonly<Record<string, Generator>> = {
  DFT: (draw) => single(draw, dft(draw)),
  STFT: (draw) => single(draw, stft(draw)),
};
