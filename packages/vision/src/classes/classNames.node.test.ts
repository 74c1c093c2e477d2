import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findClassNames } from './classNames.node.js';
import { parseClassNames } from './parseClassNames.js';

describe('parseClassNames', () => {
  it('reads one name a line', () => {
    expect(parseClassNames('tench\r\n goldfish \n\n', 'x.txt')).toEqual(['tench', 'goldfish']);
  });

  it('reads arrays, id2label tables and Keras pairs', () => {
    expect(parseClassNames('["a","b"]', 'x.json')).toEqual(['a', 'b']);
    expect(parseClassNames('{"id2label":{"1":"b","0":"a"}}', 'config.json')).toEqual(['a', 'b']);
    expect(parseClassNames('{"0":["n01","a"],"1":["n02","b"]}', 'x.json')).toEqual(['a', 'b']);
  });

  it('refuses JSON that holds no names', () => {
    expect(() => parseClassNames('{"size":224}', 'x.json')).toThrow(/holds no class names/);
    expect(() => parseClassNames('[', 'x.json')).toThrow(/not valid JSON/);
  });
});

describe('findClassNames', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'incognita class names '));
    await writeFile(join(folder, 'my-labels.json'), '["a","b","c"]');
    await writeFile(join(folder, 'config.json'), '{"model_type":"resnet"}');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('takes a file beside the model only when it holds exactly as many names', async () => {
    const model = join(folder, 'm.onnx');
    expect(await findClassNames(model, 3)).toEqual({ names: ['a', 'b', 'c'], source: expect.stringContaining('my-labels.json') });
    expect((await findClassNames(model, 2)).names).toEqual(['class 0', 'class 1']);
    const metadata = new Map([['incognita.classes', '["x","y","z"]']]);
    expect(await findClassNames(model, 3, { metadata })).toEqual({ names: ['x', 'y', 'z'], source: "in the model's metadata" });
    expect((await findClassNames(model, 2, { metadata })).names).toEqual(['class 0', 'class 1']);
  });

  it('refuses a given file with another number of names', async () => {
    await expect(findClassNames(join(folder, 'm.onnx'), 5, { file: join(folder, 'my-labels.json') })).rejects.toThrow(
      /3 names, but the model has 5/,
    );
  });
});
