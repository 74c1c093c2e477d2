import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../testing.js';
import { naturalOrder } from './naturalOrder.js';
import { scanPictures } from './scanPictures.js';

async function folder(files: Record<string, string> | string[]): Promise<string> {
  const dir = await temporaryFolder();
  const entries = Array.isArray(files) ? files.map((file) => [file, ''] as const) : Object.entries(files);
  for (const [file, content] of entries) {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), content);
  }
  return dir;
}

const labels = async (dir: string) =>
  Object.fromEntries((await scanPictures(dir)).pictures.map(({ file, label }) => [file, label]));

describe('the list', () => {
  test('pictures are found at any depth by their extension, in natural order; others are counted', async () => {
    const dir = await folder([
      'b10.jpg',
      'b9.PNG',
      'a/x.webp',
      'a/deep/y.JPEG',
      'readme.txt',
      'a/z.TXT',
      'Makefile',
      '.hidden.jpg',
      '.git/a.png',
    ]);
    const { pictures, others } = await scanPictures(dir);
    expect(pictures.map(({ file }) => file)).toEqual(['a/deep/y.JPEG', 'a/x.webp', 'b9.PNG', 'b10.jpg']);
    expect(pictures[0]!.path).toBe(join(dir, 'a/deep/y.JPEG'));
    expect(others).toEqual({ '.txt': 2, '(none)': 1 });
  });

  test('links are followed, but a folder only once, so a circle of links ends', async () => {
    const dir = await folder(['a/1.png', 'a/b/2.png']);
    await symlink('..', join(dir, 'a', 'b', 'up'));
    await symlink('a', join(dir, 'again'));
    await symlink('self', join(dir, 'self'));
    await symlink('gone.png', join(dir, 'broken.png'));
    await symlink('a/1.png', join(dir, 'link.png'));
    const { pictures, others } = await scanPictures(dir);
    expect(pictures.map(({ file }) => file)).toEqual(['a/1.png', 'a/b/2.png', 'link.png']);
    expect(others).toEqual({ '(broken link)': 2 });
  });

  test('a folder without pictures, an empty one, an absent one and a file are refused with what was seen', async () => {
    const dir = await folder(['1.txt', '2.txt', 'sub/3.csv']);
    await expect(scanPictures(dir)).rejects.toThrow(`The folder ${dir} has 3 files, none a picture: .txt ×2, .csv ×1.`);
    await expect(scanPictures(await folder([]))).rejects.toThrow('is empty');
    await expect(scanPictures(join(dir, 'absent'))).rejects.toThrow('There is no folder');
    await expect(scanPictures(join(dir, '1.txt'))).rejects.toThrow('is a file, not a folder');
  });
});

describe('labels', () => {
  test('folders are classes when there are several', async () => {
    const dir = await folder(['cat/1.jpg', 'dog/1.jpg', 'n01440764_tench/n01440764_10026.jpg', 'loose.jpg']);
    expect(await labels(dir)).toEqual({
      'cat/1.jpg': 'cat',
      'dog/1.jpg': 'dog',
      'n01440764_tench/n01440764_10026.jpg': 'tench',
      'loose.jpg': null,
    });
  });

  test('file names with a WordNet number are labels, also when all lie in one folder', async () => {
    const dir = await folder(['val/n01484850_great_white_shark.jpg', 'val/n01440764_10026.jpg', 'val/other.jpg']);
    expect(await labels(dir)).toEqual({
      'val/n01484850_great_white_shark.jpg': 'great white shark',
      'val/n01440764_10026.jpg': null,
      'val/other.jpg': null,
    });
    expect((await scanPictures(dir)).labelSource).toBe('file names');
  });

  test('pictures whose names say nothing have no labels', async () => {
    expect(await scanPictures(await folder(['IMG_1.jpg', 'IMG_2.jpg']))).toMatchObject({
      labelSource: null,
      pictures: [{ label: null }, { label: null }],
    });
  });

  test('labels.csv goes before all else and may be quoted', async () => {
    const csv = '\ufeffid,label,file\r\n1,"a ""big"", cat",cat/1.jpg\r\n\r\n2,hund,./dog/1.jpg\r\n';
    const dir = await folder({ 'labels.csv': csv, 'cat/1.jpg': '', 'dog/1.jpg': '', 'dog/2.jpg': '' });
    expect(await labels(dir)).toEqual({ 'cat/1.jpg': 'a "big", cat', 'dog/1.jpg': 'hund', 'dog/2.jpg': null });
    expect((await scanPictures(dir)).others).toEqual({});
  });

  test.each([
    ['name,class\na.jpg,b\n', 'must begin with a line that names the columns "file" and "label"; it has: name, class'],
    ['file,label\na.jpg\n', 'no label in row 2'],
    ['file,label\na.jpg,x\na.jpg,y\n', 'names "a.jpg" twice'],
    ['file,label\nother.jpg,x\n', 'names none of the 1 pictures'],
    ['file,label\n"a.jpg,x\n', 'never closed'],
    ['', 'it has: .'],
  ])('a labels.csv that cannot be meant is refused: %j', async (csv, message) => {
    await expect(scanPictures(await folder({ 'labels.csv': csv, 'a.jpg': '' }))).rejects.toThrow(message);
  });
});

describe('natural order', () => {
  test('it counts as people do', () => {
    const sorted = ['1', '01', '2', '10', 'a', 'a/1', 'a/2', 'a/10', 'a1b2', 'a1b10', 'a2', 'b'];
    expect([...sorted].reverse().sort(naturalOrder)).toEqual(['01', '1', ...sorted.slice(2)]);
  });

  test('it is a total order of all strings', () => {
    const path = fc.string({ unit: fc.constantFrom('a', 'b', '0', '1', '2', '/', '10') });
    fc.assert(
      fc.property(path, path, path, (a, b, c) => {
        expect(Math.sign(naturalOrder(a, b))).toBe(0 - Math.sign(naturalOrder(b, a)));
        expect(naturalOrder(a, b) === 0).toBe(a === b);
        if (naturalOrder(a, b) < 0 && naturalOrder(b, c) < 0) expect(naturalOrder(a, c)).toBeLessThan(0);
      }),
    );
  });
});
