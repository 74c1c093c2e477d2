import { type Graph, GraphBuilder, type Model } from '@incognita/onnx';
import { inexact } from './elementary.js';
import type { Generator } from './problem.js';

const graph = (value: Graph) => ({ type: 'graph', value }) as const;

type Info = readonly [name: string, dtype: 'float32' | 'int64' | 'bool', shape?: readonly number[]];

/** A body or branch, from what a function builds. */
function body(inputs: readonly Info[], build: (b: GraphBuilder) => readonly Info[], prefix: string): Graph {
  const b = new GraphBuilder({ opset: 20, prefix });
  for (const [name, dtype, shape] of inputs) b.input(name, dtype, shape ?? (dtype === 'float32' ? null : []));
  for (const [name, dtype, shape] of build(b)) b.output(name, dtype, shape ?? null);
  return b.graph();
}

/** h ← tanh(h W + x), y = h ⊙ s: W, s are captured. */
export function scanModel(
  length: number | string,
  attributes: { inAxis?: number; inBack?: boolean; outAxis?: number; outBack?: boolean } = {},
): Model {
  const { inAxis = 0, inBack = false, outAxis = 0, outBack = false } = attributes;
  const b = new GraphBuilder({ opset: 20 });
  const h = b.input('h', 'float32', [2, 3]);
  const x = b.input('x', 'float32', ([2, 3] as (number | string)[]).toSpliced(inAxis, 0, length));
  b.input('W', 'float32', [3, 3]);
  b.input('s', 'float32', [3]);
  const step = body(
    [
      ['h_in', 'float32'],
      ['x_in', 'float32'],
    ],
    (c) => {
      const next = c.op('Tanh', [c.op('Add', [c.op('MatMul', ['h_in', 'W']), 'x_in'])], {}, { output: 'h_out' });
      return [
        [next, 'float32'],
        [c.op('Mul', [next, 's'], {}, { output: 'y_out' }), 'float32'],
      ];
    },
    'step/',
  );
  const [last, ys] = b.ops('Scan', [h, x], 2, {
    body: graph(step),
    num_scan_inputs: 1,
    scan_input_axes: [inAxis],
    scan_input_directions: [inBack ? 1 : 0],
    scan_output_axes: [outAxis],
    scan_output_directions: [outBack ? 1 : 0],
  });
  const moved = outAxis === 0 ? ys! : b.op('Transpose', [ys!], { perm: outAxis === 1 ? [1, 0, 2] : [2, 0, 1] });
  b.output(b.op('Concat', [b.op('Unsqueeze', [last!, b.i64([0])]), moved], { axis: 0 }, { output: 'y' }), 'float32', null);
  return b.model();
}

/** z ← z ⊙ sin(z + c + i) up to `limit` times while Σ z > bound; z stacked. c is captured. */
export function loopModel(options: { limit?: number | 'input'; bound?: number }): Model {
  const b = new GraphBuilder({ opset: 20 });
  const z = b.input('z', 'float32', [2, 3]);
  b.input('c', 'float32', [3]);
  const { limit: count } = options;
  const limit = count === undefined ? '' : count === 'input' ? b.input('limit', 'int64', []) : b.i64(count);
  const bound = options.bound;
  const step = body(
    [
      ['i', 'int64'],
      ['go', 'bool'],
      ['z_in', 'float32'],
    ],
    (k) => {
      const phase = k.op('Add', [k.op('Add', ['z_in', 'c']), k.op('Cast', ['i'], { to: 1 })]);
      const next = k.op('Mul', ['z_in', k.op('Sin', [phase])], {}, { output: 'z_out' });
      const sum = k.op('ReduceSum', [k.op('Abs', [next])], { keepdims: 0 });
      const go = bound === undefined ? k.op('Identity', ['go']) : k.op('Greater', [sum, k.f32(bound)]);
      return [
        [go, 'bool'],
        [next, 'float32'],
        [k.op('Mul', [next, next], {}, { output: 'square' }), 'float32', [2, 3]],
      ];
    },
    'step/',
  );
  const [last, squares] = b.ops('Loop', [limit, '', z], 2, { body: graph(step) });
  const total = b.op('ReduceSum', [squares!, b.i64([0])], { keepdims: 0 });
  b.output(b.op('Add', [last!, total], {}, { output: 'y' }), 'float32', null);
  return b.model();
}

/** y = x > 0 in sum ? sin(x w) + (nested If on w) : x³, with one branch's names the other's. */
export function ifModel(): Model {
  const b = new GraphBuilder({ opset: 20 });
  const x = b.input('x', 'float32', [2, 3]);
  const w = b.input('w', 'float32', [3]);
  const before = b.op('Mul', [x, x], {}, { output: 'before' });
  const condition = b.op('Greater', [b.op('ReduceSum', [x], { keepdims: 0 }), b.f32(0)]);
  const inner = (op: string, prefix: string) =>
    body([], (c) => [[c.op(op, ['scaled'], {}, { output: 'picked' }), 'float32']], prefix);
  const yes = body(
    [],
    (c) => {
      c.op('Mul', [x, w], {}, { output: 'scaled' });
      const nested = c.op('Greater', [c.op('ReduceSum', [w], { keepdims: 0 }), c.f32(0)]);
      const picked = c.op('If', [nested], { then_branch: graph(inner('Sin', 'a/')), else_branch: graph(inner('Exp', 'b/')) });
      return [
        [c.op('Add', [picked, before], {}, { output: 'result' }), 'float32'],
        [c.op('Identity', [w]), 'float32'],
      ];
    },
    'yes/',
  );
  const no = body(
    [],
    (c) => [
      [c.op('Mul', [before, x], {}, { output: 'result' }), 'float32'],
      [c.f32([1, 2, 3]), 'float32'],
    ],
    'no/',
  );
  const [y, z] = b.ops('If', [condition], 2, { then_branch: graph(yes), else_branch: graph(no) });
  b.output(b.op('Mul', [y!, z!], {}, { output: 'y' }), 'float32', [2, 3]);
  return b.model();
}

/** A Scan along any axes in any directions, a Loop of any length or ended by data, nested Ifs. */
export const control: Readonly<Record<string, Generator>> = {
  Scan: (draw) => {
    const length = draw.integer(1, 4);
    const [inAxis, outAxis] = [draw.integer(0, 2), draw.integer(0, 2)];
    const model = scanModel(draw.chance(0.3) ? length : 'length', {
      inAxis,
      inBack: draw.chance(),
      outAxis,
      outBack: draw.chance(),
    });
    const feeds = {
      h: draw.values([2, 3]),
      x: draw.values([2, 3].toSpliced(inAxis, 0, length)),
      W: draw.values([3, 3]),
      s: draw.values([3]),
    };
    return { model, feeds, of: ['y'], wrt: draw.pick([['h', 'x', 'W', 's'], ['W'], ['x', 's'], ['h']]) };
  },
  Loop: (draw) => {
    const limit = draw.integer(0, 4);
    const counted = draw.chance(0.3) ? { limit } : { limit: 'input' as const };
    const model = loopModel(draw.chance() ? counted : { limit: limit + 1, bound: draw.integer(1, 3) });
    const point = { z: draw.values([2, 3], 0.5, 1.5), c: draw.values([3]) };
    const given = model.graph.inputs.some(({ name }) => name === 'limit');
    const feeds = { ...point, ...(given && { limit: { data: BigInt64Array.of(BigInt(limit)), dims: [] } }) };
    const wrt = limit === 0 ? ['z'] : draw.pick([['z', 'c'], ['c'], ['z']]);
    return { model, feeds, of: ['y'], wrt, exceptions: inexact };
  },
  If: (draw) => {
    const of = (dims: number[]) => (draw.chance() ? draw.values(dims, 0.1, 1) : draw.values(dims, -1, -0.1));
    const wrt = draw.pick([['x', 'w'], ['x'], ['w']]);
    return { model: ifModel(), feeds: { x: of([2, 3]), w: of([3]) }, of: ['y'], wrt, exceptions: inexact };
  },
};
