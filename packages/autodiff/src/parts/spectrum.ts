import type { Rewrite } from '@incognita/onnx';
import { iota, plus, reshape, size, times, unsqueeze } from './write.js';

/** Spectra of the frames of a signal [batch, length, 1 or 2], each frame times the window. */
export const STFT: Rewrite = (c) => {
  const [signal, step, window] = [c.input(0), reshape(c, c.input(1), [1]), c.input(2)];
  const length = c.input(3) ? reshape(c, c.input(3), [1]) : window ? size(c, window, 0) : null;
  if (length === null) return c.refuse('neither its window nor its frame length is given.', 'Give one of them.');
  const last = c.op('Cast', [c.op('Sub', [size(c, signal, 1), c.op('Cast', [length], { to: 7 })])], { to: 7 });
  const hop = c.op('Cast', [step], { to: 7 });
  const count = plus(c, c.op('Div', [last, hop]), c.vector([1]));
  const starts = unsqueeze(c, times(c, iota(c, count), hop), [1]);
  const places = plus(c, starts, iota(c, c.op('Cast', [length], { to: 7 })));
  const rows = c.op('Gather', [signal, places], { axis: 1 });
  const weighted = window ? times(c, rows, unsqueeze(c, window, [1])) : rows;
  const onesided = c.int('onesided', 1);
  return [
    c.op('DFT', c.opset >= 20 ? [weighted, '', c.constant('int64', [2], [])] : [weighted], {
      onesided,
      axis: c.opset >= 20 ? undefined : 2,
    }),
  ];
};
