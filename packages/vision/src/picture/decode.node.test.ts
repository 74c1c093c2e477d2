import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodePicture, PictureError } from './decode.node.js';
import { encodePng, encodeWebp } from './encode.node.js';
import { packSheet } from './sheet.js';

/** Two pixels high, three wide: red green blue over black white grey. */
const PIXELS = Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 128, 128, 128]);
const small = (): Sharp => sharp(PIXELS, { raw: { width: 3, height: 2, channels: 3 } });
const pixel = ({ data, width }: { data: Uint8Array; width: number }, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

describe('decoding', () => {
  test('lossless pictures come back as they were', async () => {
    expect((await decodePicture(await small().png().toBuffer())).data).toEqual(PIXELS);
  });

  test('the EXIF orientation is applied', async () => {
    const turned = await decodePicture(await small().withMetadata({ orientation: 6 }).png().toBuffer());
    expect([turned.width, turned.height]).toEqual([2, 3]);
    expect(pixel(turned, 1, 0)).toEqual([255, 0, 0]);
  });

  test('grey and 16-bit pictures become 8-bit RGB', async () => {
    const grey = await decodePicture(await small().toColourspace('b-w').png().toBuffer());
    expect(pixel(grey, 2, 1)).toEqual([128, 128, 128]);
    const deep = await small().toColourspace('rgb16').png().toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe('ushort');
    const picture = await decodePicture(deep);
    expect(picture.data.length).toBe(18);
    expect(pixel(picture, 0, 0)).toEqual([255, 0, 0]);
    const deepGrey = await decodePicture(await small().toColourspace('grey16').png().toBuffer());
    expect(pixel(deepGrey, 1, 1)).toEqual([255, 255, 255]);
    expect(Math.abs(pixel(deepGrey, 2, 1)[0]! - 128)).toBeLessThanOrEqual(1);
  });

  test('CMYK becomes RGB', async () => {
    const cmyk = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#e01010' } })
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    const [r, g, b] = pixel(await decodePicture(cmyk), 4, 4);
    expect(r).toBeGreaterThan(180);
    expect(Math.max(g!, b!)).toBeLessThan(90);
  });

  test('transparency is laid over white', async () => {
    const data = Uint8Array.from([255, 0, 0, 0, 0, 0, 0, 128]);
    const picture = await decodePicture(
      await sharp(data, { raw: { width: 2, height: 1, channels: 4 } })
        .png()
        .toBuffer(),
    );
    expect(pixel(picture, 0, 0)).toEqual([255, 255, 255]);
    expect(Math.abs(pixel(picture, 1, 0)[0]! - 127)).toBeLessThanOrEqual(1);
  });

  test('of an animation the first frame is taken', async () => {
    const frames = Buffer.concat(
      [new Uint8Array(192).fill(200), new Uint8Array(192).fill(20)].map((frame) => Buffer.from(frame)),
    );
    const gif = await sharp(frames, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } })
      .gif()
      .toBuffer();
    expect((await sharp(gif).metadata()).pages).toBe(2);
    const picture = await decodePicture(gif);
    expect([picture.width, picture.height, pixel(picture, 3, 3)[0]]).toEqual([8, 8, 200]);
  });

  test('a vector picture is drawn large over white', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="12"><rect width="12" height="12" fill="#00f"/></svg>';
    const picture = await decodePicture(new TextEncoder().encode(svg));
    expect([picture.width, picture.height]).toEqual([512, 256]);
    expect([pixel(picture, 100, 100), pixel(picture, 400, 100)]).toEqual([
      [0, 0, 255],
      [255, 255, 255],
    ]);
  });

  test('what is no picture is refused with a plain reason', async () => {
    await expect(decodePicture(new Uint8Array())).rejects.toThrow('the file is empty (0 bytes)');
    await expect(decodePicture(new TextEncoder().encode('hello, I am a text'))).rejects.toThrow(/^not a picture or damaged: /);
    const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 251);
    const jpeg = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer();
    await expect(decodePicture(jpeg.subarray(0, jpeg.length / 2))).rejects.toThrow(/^not a picture or damaged: /);
    await expect(decodePicture(jpeg.subarray(0, 20))).rejects.toBeInstanceOf(PictureError);
  });

  test('too many pixels are refused before they are decoded', async () => {
    const huge = await sharp({ create: { width: 10_000, height: 10_000, channels: 3, background: 'red' } })
      .png({ compressionLevel: 1 })
      .toBuffer();
    await expect(decodePicture(huge)).rejects.toThrow(
      '10000 × 10000 = 100 megapixels exceeds the limit of 50; raise --max-megapixels',
    );
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90000" height="90000"/>';
    await expect(decodePicture(new TextEncoder().encode(svg))).rejects.toThrow(/exceeds the limit|damaged/);
  });
});

describe('encoding', () => {
  test('lossless WebP and PNG come back as they were, and the same bytes come twice', async () => {
    const raw = { width: 3, height: 2, data: PIXELS };
    expect((await decodePicture(await encodeWebp(raw, { lossless: true }))).data).toEqual(PIXELS);
    expect((await decodePicture(await encodePng(raw))).data).toEqual(PIXELS);
    expect(await encodeWebp(raw, { quality: 70 })).toEqual(await encodeWebp(raw, { quality: 70 }));
    await expect(encodeWebp({ ...raw, width: 4 })).rejects.toThrow('4×2×3 pixels need 24 bytes, but 18 were given');
  });

  test('a sheet holds tile i at column i mod columns', () => {
    const tiles = [10, 20, 30].map((value) => new Uint8Array(12).fill(value));
    const sheet = packSheet(tiles, { tilePx: 2 });
    expect([sheet.width, sheet.height, sheet.columns]).toEqual([4, 4, 2]);
    expect([pixel(sheet, 1, 1)[0], pixel(sheet, 2, 0)[0], pixel(sheet, 0, 3)[0], pixel(sheet, 3, 3)[0]]).toEqual([
      10, 20, 30, 255,
    ]);
    expect(() => packSheet([new Uint8Array(3)], { tilePx: 2 })).toThrow(/Tile 0 holds 3 bytes; 2×2×3 = 12/);
  });
});
