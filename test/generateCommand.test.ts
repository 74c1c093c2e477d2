import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../packages/workspace/dist/index.js';
import { incognita } from './command.ts';
import { writeLetterDecoder } from './letterDecoder.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incognita generate '));
  await writeLetterDecoder(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const generate = async (...args: string[]) => {
  const { code, stdout, stderr } = await incognita(['generate', folder, '--prompt', 'badge', '--max-tokens', '6', ...args], {
    cwd: folder,
  });
  return { code, stderr, last: stdout.trimEnd().split('\n').at(-1)!, stdout };
};

describe('incognita generate', () => {
  it('prints prompt and continuation, and as JSON on the last line', async () => {
    const plain = await generate();
    expect({ code: plain.code, stderr: plain.stderr }).toEqual({ code: 0, stderr: '' });
    const result = JSON.parse((await generate('--json')).last);
    expect(result.text).toBe(`badge${result.continuation}`);
    expect(plain.stdout).toBe(`${result.text}\n`);
    expect(result.tokens.slice(0, 5)).toEqual([1, 0, 3, 6, 4]);
    expect([result.tokens.length, result.steps.length, result.finish, result.selfTest.holds]).toEqual([11, 6, 'length', true]);
    expect(result.promptTokens[1]).toEqual({ id: 0, label: 'a', start: 1, end: 2, inserted: false });
  });

  it('writes what is tapped, and is changed by clamps', async () => {
    const vector = new Float32Array(32).fill(0.5);
    await writeFile(join(folder, 'v.safetensors'), encodeSafetensors({ v: { shape: [32], data: vector } }));
    const tapped = JSON.parse((await generate('--tap', 'resid_post.0', '--tap', 'attn_probs.1', '--out', 'read', '--json')).last);
    expect(Object.keys(tapped.taps)).toEqual(['resid_post.0', 'attn_probs.1']);
    const file = decodeSafetensors(await readFile(join(folder, tapped.taps['resid_post.0']))).tensors.get('resid_post.0')!;
    expect(file.shape).toEqual([10, 32]);
    const clamps = ['--clamp', 'resid_post.0=add:@v.safetensors*3', '--clamp', 'z.1[h=2]=zero'];
    const clamped = JSON.parse((await generate(...clamps, '--tap', 'resid_post.0', '--json')).last);
    const moved = decodeSafetensors(await readFile(join(folder, clamped.taps['resid_post.0']))).tensors.get('resid_post.0')!;
    expect(Number(moved.data[0]) - Number(file.data[0])).toBeCloseTo(1.5, 5);
  });

  it('says in one line what is wrong', async () => {
    for (const [args, message] of [
      [['--clamp', 'z.9=zero'], 'There is no point "z.9" in a model of 2 layers'],
      [['--clamp', 'z.0=wrong'], 'no number, nor a kind of clamp'],
      [['--tap', 'nothing'], 'There is no point "nothing"'],
      [['--temperature', '-1'], 'Expected a number of at least 0'],
    ] as const) {
      const { code, stderr } = await generate(...args);
      expect(code).toBe(1);
      expect(stderr).toContain(message);
      expect(stderr).not.toContain('    at ');
    }
  });
});
