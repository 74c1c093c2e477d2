import { float, GraphBuilder, type Model } from '@incognita/onnx';
import { createRandom } from '@incognita/runtime';

/** In what a small decoder is unlike GPT-2. */
export interface OddDecoder {
  /** `before` each part; `after` each sum, as the first transformers and BERT; `both`: before each part, and before what it writes, as Gemma 2. Default `before`. */
  readonly norms?: 'before' | 'after' | 'both';
  /** What becomes of q · k: `softmax`; `capped`: 5 · tanh(score / 5) before it, as Gemma 2; `alibi`: falls with the distance (Press et al. 2022); `relu`: no softmax. */
  readonly attention?: 'softmax' | 'capped' | 'alibi' | 'relu';
  /** Whether positions see those behind them only; default true. A number: so many of them (a sliding window). */
  readonly causal?: boolean | number;
  /** `experts`: three perceptrons, mixed by a softmax of their own, as Mixtral. Default `plain`. */
  readonly mlp?: 'plain' | 'experts';
  /** Logits are cap · tanh(logits / cap). */
  readonly cap?: number;
  /** Factor of the token vectors, as Gemma has it. */
  readonly scale?: number;
  /** Whether it takes vectors and not tokens: a part of a model, or a network for something else. */
  readonly vectors?: boolean;
  /** Whether attention of the second layer also reads what another network gives, as a decoder of T5 does. */
  readonly cross?: boolean;
}

const [WIDTH, HEADS, VOCABULARY, LAYERS, HEAD] = [16, 2, 23, 2, 8];

/** A small decoder with random weights, without a cache: `input_ids` [1, s] to `logits` [1, s, 23]. */
export function oddDecoder(odd: OddDecoder): Model {
  const b = new GraphBuilder({ opset: 20 });
  const random = createRandom(3);
  const weight = (rows: number, columns: number, deviation = 1 / Math.sqrt(rows)): string =>
    b.f32(
      Float32Array.from({ length: rows * columns }, () => random.gaussian() * deviation),
      [rows, columns],
    );
  const linear = (x: string, from: number, to: number): string => b.op('MatMul', [x, weight(from, to)]);
  const normalized = (x: string): string =>
    b.op(
      'LayerNormalization',
      [
        x,
        b.f32(
          Float32Array.from({ length: WIDTH }, () => 1 + 0.1 * random.gaussian()),
          [WIDTH],
        ),
      ],
      { axis: -1, epsilon: float(1e-5) },
    );
  const { norms = 'before', attention = 'softmax', causal = true, mlp = 'plain' } = odd;
  const before = (x: string): string => (norms === 'after' ? x : normalized(x));
  const add = (stream: string, written: string): string => {
    const sum = b.op('Add', [stream, norms === 'both' ? normalized(written) : written]);
    return norms === 'after' ? normalized(sum) : sum;
  };
  let stream = odd.vectors
    ? b.input('vectors', 'float32', [1, 's', WIDTH])
    : b.op('Gather', [weight(VOCABULARY, WIDTH, 1), b.input('input_ids', 'int64', [1, 's'])]);
  if (odd.scale !== undefined) stream = b.op('Mul', [stream, b.f32(odd.scale)]);
  const length = b.op('Squeeze', [b.op('Shape', [stream], { start: 1, end: 2 }), b.i64([0])]);
  const places = b.op('Range', [b.i64(0), length, b.i64(1)]);
  const back = b.op('Sub', [b.op('Unsqueeze', [places, b.i64([1])]), b.op('Unsqueeze', [places, b.i64([0])])]);
  const encoded = odd.cross ? b.input('encoder_hidden_states', 'float32', [1, 'encoded', WIDTH]) : '';
  for (let layer = 0; layer < LAYERS; layer++) {
    const own = before(stream);
    stream = add(stream, attend(own, own, true));
    if (odd.cross) stream = add(stream, attend(before(stream), encoded, false));
    const read = before(stream);
    stream = add(stream, mlp === 'plain' ? perceptron(read) : experts(read));
  }
  let logits = linear(norms === 'after' ? stream : normalized(stream), WIDTH, VOCABULARY);
  if (odd.cap !== undefined) logits = b.op('Mul', [b.op('Tanh', [b.op('Div', [logits, b.f32(odd.cap)])]), b.f32(odd.cap)]);
  b.output(logits, 'float32', [1, 's', VOCABULARY], 'logits');
  return b.model();

  function attend(queries: string, keys: string, self: boolean): string {
    const heads = (x: string): string =>
      b.op('Transpose', [b.op('Reshape', [linear(x, WIDTH, WIDTH), b.i64([0, 0, HEADS, HEAD])])], { perm: [0, 2, 1, 3] });
    const [q, k, v] = [heads(queries), heads(keys), heads(keys)];
    let scores = b.op('MatMul', [q, b.op('Transpose', [k], { perm: [0, 1, 3, 2] })]);
    scores = b.op('Mul', [scores, b.f32(1 / Math.sqrt(HEAD))]);
    if (attention === 'capped') scores = b.op('Mul', [b.op('Tanh', [b.op('Div', [scores, b.f32(5)])]), b.f32(5)]);
    if (attention === 'alibi' && self)
      scores = b.op('Add', [scores, b.op('Mul', [b.op('Cast', [back], { to: 1 }), b.f32([-0.5, -0.25], [HEADS, 1, 1])])]);
    const ahead = b.op('Less', [back, b.i64(0)]);
    const hidden = typeof causal === 'number' ? b.op('Or', [ahead, b.op('GreaterOrEqual', [back, b.i64(causal)])]) : ahead;
    if (attention === 'relu') {
      const kept = self && causal !== false ? b.op('Where', [hidden, b.f32(0), b.op('Relu', [scores])]) : b.op('Relu', [scores]);
      return written(b.op('MatMul', [kept, v]));
    }
    if (self && causal !== false) scores = b.op('Where', [hidden, b.f32(-1e9), scores]);
    return written(b.op('MatMul', [b.op('Softmax', [scores], { axis: -1 }), v]));
  }

  function written(z: string): string {
    return linear(b.op('Reshape', [b.op('Transpose', [z], { perm: [0, 2, 1, 3] }), b.i64([0, 0, WIDTH])]), WIDTH, WIDTH);
  }

  function perceptron(x: string): string {
    return linear(b.op('Gelu', [linear(x, WIDTH, 2 * WIDTH)]), 2 * WIDTH, WIDTH);
  }

  function experts(x: string): string {
    const shares = b.ops('Split', [b.op('Softmax', [linear(x, WIDTH, 3)], { axis: -1 })], 3, { axis: -1, num_outputs: 3 });
    return shares.map((share) => b.op('Mul', [perceptron(x), share])).reduce((sum, next) => b.op('Add', [sum, next]));
  }
}
