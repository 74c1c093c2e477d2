import { derivative } from '../analysis/derivative.js';
import type { LanguageModel } from '../model/languageModel.js';
import { ClampError, type PointClamp } from '../points/clamp.js';
import { parseClamp } from '../points/parseClamp.js';

const TOWARDS = /^((?:resid_\w+\.\d+)|embeddings)((?:\[[^\]]*\])?)=towards:(.+?)(?:\*([-+.\deE]+))?$/s;

/**
 * Clamps as a page writes them: one line each, as the command line does, but no files; and `resid_post.1=towards: dog*0.5`, which adds the
 * direction that raises the logit of the token ` dog` most, half as long as the stream is on average over the text.
 *
 * @throws ClampError, UnknownPointError, RefusedPointError
 */
export async function readClamps(model: LanguageModel, lines: readonly string[], ids: readonly number[]): Promise<PointClamp[]> {
  const clamps: PointClamp[] = [];
  for (const line of lines) clamps.push(await readClamp(model, line, ids));
  return clamps;
}

async function readClamp(model: LanguageModel, line: string, ids: readonly number[]): Promise<PointClamp> {
  const match = TOWARDS.exec(line);
  if (match !== null) {
    const [, point, where, text, strength] = match as unknown as [string, string, string, string, string | undefined];
    const written = parseClamp(`${point}${where}=zero`);
    const amount = Number(strength ?? 1);
    if (!Number.isFinite(amount)) throw new ClampError(`The clamp "${line}" cannot be read: ${strength} is no strength.`);
    const value = await towards(model, point, text, ids);
    return { ...written.clamp, point, kind: 'add', value, strength: amount } as PointClamp;
  }
  const written = parseClamp(line);
  if ('file' in written) throw new ClampError(`The clamp "${line}" names a file: the page has none; incognita generate does.`);
  return written.clamp;
}

/** The gradient of a token's logit by the input of the unembedding, as long as the stream at a point is on average. */
async function towards(
  model: LanguageModel,
  point: string,
  text: string,
  ids: readonly number[],
): Promise<{ dims: number[]; data: Float32Array }> {
  const own = model.tokenizer?.ids(text, { special: false }) ?? [];
  if (own.length !== 1)
    throw new ClampError(`"${text}" is ${own.length} tokens: a direction leads towards one token. Begin words with a space.`);
  const norm = model.points.get('final_norm');
  const last = `resid_post.${model.anatomy.layers - 1}`;
  const from = norm !== undefined && !('refused' in norm) ? 'final_norm' : last;
  const { points } = await model.run(ids, { taps: [from, point], logits: false });
  const stream = points[point]!;
  const width = stream.dims.at(-1)!;
  const value = { ...points[from]!, dims: [1, width], data: points[from]!.data.slice(0, width) };
  const { vocabulary } = model.anatomy;
  const weights = { axes: value.axes, dims: [1, vocabulary], data: new Float32Array(vocabulary) };
  weights.data[own[0]!] = 1;
  const { data } = await derivative(model, { from, to: 'logits', ids: ids.slice(0, 1), value, weights });
  let length = 0;
  for (let row = 0; row < ids.length; row++) length += norm2(stream.data.subarray(row * width, (row + 1) * width)) / ids.length;
  const scale = length / norm2(data);
  return { dims: [width], data: data.map((x) => x * scale) };
}

function norm2(x: Float32Array): number {
  return Math.sqrt(x.reduce((sum, v) => sum + v * v, 0));
}
