import type { Node, ValueInfo } from '@incognita/onnx';
import { NotADecoderError } from './errors.js';
import type { Flow } from './flow.js';

/** One tensor of the cache: what goes in, what comes out, and which axis grows. */
export interface CacheEntry {
  readonly past: string;
  readonly present: string;
  readonly positionAxis: number;
  /** Sizes with 0 along the axis that grows, for a batch of one. */
  readonly emptyDims: readonly number[];
  readonly dtype: 'float32' | 'float16';
}

/** What the inputs of a decoder mean, found by where they go. */
export interface InputRoles {
  readonly ids: ValueInfo;
  /** 1 for every position that counts, the cache included. */
  readonly mask: ValueInfo | null;
  readonly positions: ValueInfo | null;
  readonly cache: readonly CacheEntry[];
  /** Rows of the token embedding. */
  readonly vocabulary: number;
  /** Rows of a table of learned positions or angles, where there is one: longer texts do not fit. */
  readonly longest: number | null;
}

const LOOKUPS = new Set(['Gather', 'com.microsoft::GatherBlockQuantized']);
/** Operators over which positions stay positions. */
const POSITIONAL = new Set(
  [
    'Reshape',
    'Squeeze',
    'Unsqueeze',
    'Cast',
    'Identity',
    'Expand',
    'Add',
    'Mul',
    'MatMul',
    'Where',
    'Transpose',
    'Concat',
    'Clip',
  ].concat(['Slice', 'Max', 'Min']),
);
const INTEGER = /^u?int(32|64)$/;

/** Tells the inputs of a decoder apart. @throws NotADecoderError where no input is looked up in an embedding, or one is not understood. */
export function inputRoles(flow: Flow, embeddings: string): InputRoles {
  const { inputs } = flow.model.graph;
  const whole = inputs.filter(({ type }) => INTEGER.test(type?.dtype ?? ''));
  const tables = whole.flatMap((input) => lookups(flow, input.name).map((table) => ({ input, ...table })));
  const tokens = tables.filter(({ output }) => output === embeddings || flow.reaches(output, embeddings));
  const token = tokens.sort((a, b) => b.rows - a.rows)[0];
  if (token === undefined)
    throw new NotADecoderError(
      `No input is looked up in a table of embeddings; inputs are ${inputs.map((v) => v.name).join(', ') || 'none'}. Export the whole model, not a part of it.`,
    );
  const cache = cacheEntries(flow);
  const known = new Set([token.input.name, ...cache.map(({ past }) => past)]);
  const others = inputs.filter((v) => !known.has(v.name));
  const odd = others.filter(({ type }) => type?.shape == null || type.shape.length !== 2);
  if (odd.length > 0)
    throw new NotADecoderError(
      `The input "${odd[0]!.name}" ${odd[0]!.type?.dtype ?? ''}[${odd[0]!.type?.shape ?? '?'}] is neither tokens, mask, positions nor a cache: decoders with it cannot be run here.`,
    );
  const positions = others.find((v) => positional(flow, v.name) !== null) ?? null;
  const mask = others.find((v) => v !== positions) ?? null;
  if (others.length > 2)
    throw new NotADecoderError(`Inputs ${others.map((v) => v.name).join(', ')} are more than a mask and positions.`);
  return { ids: token.input, mask, positions, cache, vocabulary: token.rows, longest: longest(flow, token.output, embeddings) };
}

/** Tables of constants that an input is an index into. */
function lookups(flow: Flow, input: string): { rows: number; output: string }[] {
  const found: { rows: number; output: string }[] = [];
  const pending = [input];
  for (let name = pending.pop(); name !== undefined; name = pending.pop())
    for (const node of flow.readers(name)) {
      const rows = node.inputs[1] === name ? tableRows(flow, node) : null;
      if (rows !== null) found.push({ rows, output: node.outputs[0]! });
      else if (node.domain === '' && ['Reshape', 'Cast', 'Squeeze', 'Unsqueeze', 'Identity', 'Clip', 'Where'].includes(node.op))
        pending.push(...node.outputs);
    }
  return found;
}

function tableRows(flow: Flow, node: Node): number | null {
  const key = node.domain === '' ? node.op : `${node.domain}::${node.op}`;
  const rows = flow.shape(node.inputs[0] ?? '')?.[0];
  return LOOKUPS.has(key) && flow.isConstant(node.inputs[0]!) && typeof rows === 'number' && flow.rank(node.inputs[0]!)! >= 2
    ? rows
    : null;
}

/** Where a tensor of positions arrives: at a table of constants, or at angles; null where it does not. */
function positional(flow: Flow, input: string): Node | null {
  const pending = [input];
  const seen = new Set<string>();
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const node of flow.readers(name)) {
      if (node.op === 'Cos' || node.op === 'Sin' || node.op === 'RotaryEmbedding') return node;
      if (node.inputs[1] === name && tableRows(flow, node) !== null) return node;
      if (node.op === 'GroupQueryAttention' && node.inputs[9] === name) return node;
      if (node.domain === '' && POSITIONAL.has(node.op)) pending.push(...node.outputs);
    }
  }
  return null;
}

/** Where fused operators have their table of cosines. */
const TABLES: Readonly<Record<string, number>> = { RotaryEmbedding: 2, GroupQueryAttention: 7 };

/** The shortest table of positions: rows that are added to the embeddings, or looked up for rotations. */
function longest(flow: Flow, token: string, embeddings: string): number | null {
  const rows = flow.model.graph.nodes.flatMap((node) => {
    const count = tableRows(flow, node);
    const [output] = node.outputs;
    if (count === null || output === undefined || output === token) return [];
    const added = flow.reaches(output, embeddings) || output === embeddings;
    const data = flow.isData(node.inputs[1]!) || flow.rank(node.inputs[1]!) !== 0;
    return data && (added || flow.rank(node.inputs[0]!) === 2) && count > 1 ? [count] : [];
  });
  for (const node of flow.model.graph.nodes) {
    const table = node.inputs[TABLES[node.op] ?? -1];
    const size = table === undefined || !flow.isConstant(table) ? undefined : flow.shape(table)?.[0];
    if (typeof size === 'number') rows.push(size);
  }
  return rows.length === 0 ? null : Math.min(...rows);
}

const STOPS = new Set(['MatMul', 'Gemm', 'Softmax', 'LayerNormalization', 'Conv', 'MatMulInteger']);
/** Inputs and outputs of caches of fused operators that stay fused. */
const FUSED_CACHES: Readonly<Record<string, readonly (readonly [output: number, input: number])[]>> = {
  GroupQueryAttention: [
    [1, 3],
    [2, 4],
  ],
  MultiHeadAttention: [
    [1, 6],
    [2, 7],
  ],
};

function cacheEntries(flow: Flow): CacheEntry[] {
  const { inputs, outputs } = flow.model.graph;
  const pasts = new Map(inputs.filter(isCache).map((v) => [v.name, v]));
  if (pasts.size === 0) return [];
  const entries = outputs.filter(isCache).flatMap((output): CacheEntry[] => {
    const from = source(flow, output.name, pasts);
    return from === null ? [] : [entry(from, output.name)];
  });
  const missing = [...pasts.keys()].filter((name) => !entries.some((one) => one.past === name));
  if (missing.length > 0)
    throw new NotADecoderError(
      `The cache input "${missing[0]}" has no output that continues it: export the decoder with its present states.`,
    );
  return entries;
}

function isCache({ type }: ValueInfo): boolean {
  return (type?.dtype === 'float32' || type?.dtype === 'float16') && type.shape?.length === 4;
}

/** The cache input whose rows an output begins with. */
function source(flow: Flow, output: string, pasts: ReadonlyMap<string, ValueInfo>): ValueInfo | null {
  const seen = new Set<string>();
  const pending = [output];
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    const past = pasts.get(name);
    if (past !== undefined) return past;
    const node = flow.maker(name);
    if (seen.has(name) || node === undefined || STOPS.has(node.op)) continue;
    seen.add(name);
    const fused = FUSED_CACHES[node.op]?.find(([at]) => node.outputs[at] === name);
    if (fused !== undefined) pending.push(node.inputs[fused[1]]!);
    else if (node.domain === '') pending.push(...node.inputs.filter((input) => input !== '' && !flow.isConstant(input)));
  }
  return null;
}

function entry({ name, type }: ValueInfo, present: string): CacheEntry {
  const shape = type!.shape!;
  const open = shape.flatMap((dim, axis) => (axis > 0 && typeof dim !== 'number' ? [axis] : []));
  if (open.length !== 1)
    throw new NotADecoderError(
      `The cache input "${name}" has the shape [${shape}]: exactly one axis beside the batch must be open to grow.`,
    );
  const emptyDims = shape.map((dim, axis) => (axis === 0 ? 1 : axis === open[0] ? 0 : (dim as number)));
  return { past: name, present, positionAxis: open[0]!, emptyDims, dtype: type!.dtype as CacheEntry['dtype'] };
}
