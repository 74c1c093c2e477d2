import { constantTensor, float, GraphBuilder, type Model } from '@incognita/onnx';
import { describe, it } from 'vitest';
import { Draw } from './conformance/draw.js';
import type { Problem } from './conformance/problem.js';
import { checkProblem } from './testing/check.js';

const [HEADS, KV_HEADS, SIZE, INNER] = [2, 1, 16, 48] as const;
const WIDTH = HEADS * SIZE;

interface Dialect {
  /** Queries, keys and values in one product. */
  readonly packed: boolean;
  /** Rotation inside GroupQueryAttention, or by nodes before it. */
  readonly rotatesInside: boolean;
  /** Rows of the cache, of which two are filled; 0: a prompt without a cache. */
  readonly cache: number;
  readonly bits: 4 | 8;
}

/** A decoder block as ONNX Runtime GenAI's model builder writes it, differentiated by its embeddings. */
function decoderBlock(draw: Draw, { packed, rotatesInside, cache, bits }: Dialect): Problem {
  const b = new GraphBuilder({ opset: 21 });
  const domain = 'com.microsoft';
  const sequence = cache > 0 ? 1 : 3;
  const filled = cache > 0 ? 2 : 0;
  const floats = (dims: readonly number[], low: number, high: number): string => b.f32(draw.values(dims, low, high).data, dims);
  const projection = (x: string, k: number, n: number): string => {
    const blocks = k / 16;
    const bytes = Uint8Array.from({ length: (n * k * bits) / 8 }, () => draw.integer(0, 255));
    const weight = b.initializer({ dtype: 'uint8', dims: [n, blocks, 2 * bits], data: { kind: 'inline', bytes } }, 'w');
    const scales = floats([n, blocks], 0.4 / 2 ** bits, 0.6 / 2 ** bits);
    return b.op('MatMulNBits', [x, weight, scales], { K: k, N: n, bits, block_size: 16 }, { domain });
  };
  const epsilon = float(1e-3);
  const x = b.input('embeddings', 'float32', ['batch', 'sequence', WIDTH]);
  const normal = b.op('SimplifiedLayerNormalization', [x, floats([WIDTH], 0.5, 1.5)], { axis: -1, epsilon, stash_type: 1 });
  const [cos, sin] = [floats([8, SIZE / 2], -1, 1), floats([8, SIZE / 2], -1, 1)];
  const position = b.initializer(constantTensor('int64', [filled], [1]), 'position');
  const rotated = (v: string, heads: number): string =>
    rotatesInside ? v : b.op('RotaryEmbedding', [v, position, cos, sin], { num_heads: heads }, { domain });
  const qkv = packed
    ? [projection(normal, WIDTH, WIDTH + 2 * KV_HEADS * SIZE), '', '']
    : [
        rotated(projection(normal, WIDTH, WIDTH), HEADS),
        rotated(projection(normal, WIDTH, KV_HEADS * SIZE), KV_HEADS),
        projection(normal, WIDTH, KV_HEADS * SIZE),
      ];
  const past = cache > 0 ? [floats([1, KV_HEADS, cache, SIZE], -1, 1), floats([1, KV_HEADS, cache, SIZE], -1, 1)] : ['', ''];
  const length = b.initializer(constantTensor('int32', [filled + sequence - 1], [1]), 'length');
  const total = b.initializer(constantTensor('int32', [filled + sequence], []), 'total');
  const tables = rotatesInside ? [cos, sin] : [];
  const attributes = { num_heads: HEADS, kv_num_heads: KV_HEADS, do_rotary: Number(rotatesInside), rotary_interleaved: 0 };
  const [attended] = b.ops('GroupQueryAttention', [...qkv, ...past, length, total, ...tables], 3, attributes, domain);
  const output = projection(attended!, WIDTH, WIDTH);
  const skip = (a: string, c: string): string[] =>
    b.ops('SkipSimplifiedLayerNormalization', [a, c, floats([WIDTH], 0.5, 1.5)], 4, { epsilon }, domain);
  const [second, , , middle] = skip(x, output);
  const gate = projection(second!, WIDTH, INNER);
  const gated = b.op('Mul', [b.op('QuickGelu', [gate], { alpha: float(1) }, { domain }), projection(second!, WIDTH, INNER)]);
  const [final] = skip(middle!, projection(gated, INNER, WIDTH));
  b.output(projection(final!, WIDTH, 24), 'float32', null, 'logits');
  const model: Model = b.model();
  return { model, feeds: { embeddings: draw.values([1, sequence, WIDTH], -1, 1) }, of: ['logits'], wrt: ['embeddings'] };
}

describe('a decoder block in the dialect of ONNX Runtime GenAI agrees with finite differences by its embeddings:', () => {
  it.each<[string, Dialect]>([
    ['a prompt', { packed: false, rotatesInside: true, cache: 0, bits: 4 }],
    ['a prompt, packed', { packed: true, rotatesInside: true, cache: 0, bits: 4 }],
    ['a prompt, rotated by nodes', { packed: false, rotatesInside: false, cache: 0, bits: 8 }],
    ['one token behind a cache', { packed: false, rotatesInside: true, cache: 2, bits: 4 }],
    ['one token in a longer cache, packed', { packed: true, rotatesInside: true, cache: 6, bits: 8 }],
  ])('%s', async (_, dialect) => {
    await checkProblem(decoderBlock(new Draw(11), dialect), 5);
  });
});
