import { float } from '@incognita/onnx';
import type { Draw } from './draw.js';
import { type Case, type Generator, single } from './problem.js';

function gemm(draw: Draw): Case {
  const [m, k, n] = draw.dims({ rank: 3 }) as [number, number, number];
  const [transA, transB] = [draw.integer(0, 1), draw.integer(0, 1)];
  const bias = draw.pick([null, [n], [1, n], [m, 1], [m, n], [1], []]);
  return {
    op: 'Gemm',
    inputs: [transA ? [k, m] : [m, k], transB ? [n, k] : [k, n], ...(bias ? [bias] : [])],
    attributes: { transA, transB, alpha: float(draw.real(0.5, 2)), beta: float(draw.pick([1, 0.3])) },
  };
}

/** Stacks that broadcast, and vectors on either side. */
function matmul(draw: Draw): Case {
  const [m, k, n] = draw.dims({ rank: 3 }) as [number, number, number];
  const [left, right] = draw.partners(2, { rank: [0, 2], max: 3 }) as [number[], number[]];
  const a = draw.chance(0.15) ? [k] : [...left, m, k];
  const b = draw.chance(0.15) ? [k] : [...right, k, n];
  const by = draw.chance(0.3) ? { by: [draw.integer(0, 1)] } : {};
  return { op: 'MatMul', inputs: [a, b], ...by };
}

/** Axes that the equation names, that it does not name (`...`), and that one operand names twice; up to three operands. */
function einsum(draw: Draw): Case {
  const sizes: Record<string, number> = {};
  const equation = draw.pick([
    'bij,jk->bik',
    'ij,jk',
    'ab,c->b',
    'bi,bi->b',
    'ij->ji',
    'ij->',
    'ij->i',
    'i,j->ij',
    'abi,abj->aij',
    'abij,abkj->abik',
    'ai,bi,ci->abc',
    'a b, b -> a',
    '...ij,...jk->...ik',
    '...ij,jk->...ik',
    'b...,b...->...',
    '...i->...',
    '...ij,...j',
    'ii->i',
    'ii->',
    'iij->ij',
    'ii,i->i',
    'ij,jj->i',
    'ba',
  ]);
  const rest = draw.dims({ rank: [0, 2] });
  const terms = equation.replaceAll(' ', '').split('->')[0]!.split(',');
  for (const letter of terms.join('').replaceAll('.', '')) sizes[letter] ??= draw.integer(1, 3);
  const dimsOf = (term: string): number[] => {
    const [before = '', after = ''] = term.split('...');
    // Some axes of `...` are of length one. (Where one operand has fewer of them, ONNX Runtime 1.30 ends the process.)
    const between = rest.map((d) => (draw.chance(0.2) ? 1 : d));
    const named = (letters: string): number[] => [...letters].map((letter) => sizes[letter]!);
    return [...named(before), ...(term.includes('...') ? between : []), ...named(after)];
  };
  return { op: 'Einsum', inputs: terms.map(dimsOf), attributes: { equation } };
}

export const linear: Readonly<Record<string, Generator>> = {
  Gemm: (draw) => single(draw, gemm(draw)),
  MatMul: (draw) => single(draw, matmul(draw)),
  Einsum: (draw) => single(draw, einsum(draw)),
};
