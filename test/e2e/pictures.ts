import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { randomFrom } from './random.ts';

const SHAPES = ['circle', 'square', 'stripes'] as const;
const COLORS: Record<string, number> = { red: 5, green: 130, blue: 220 };

function drawing(shape: (typeof SHAPES)[number], hue: number, random: () => number, sizePx: number): string {
  const ink = `hsl(${hue + random() * 20} 75% ${45 + random() * 15}%)`;
  const paper = `hsl(${random() * 360} 15% ${78 + random() * 15}%)`;
  const centre = () => sizePx * (0.35 + random() * 0.3);
  const radius = sizePx * (0.22 + random() * 0.12);
  const mark = {
    circle: () => `<circle cx="${centre()}" cy="${centre()}" r="${radius}" fill="${ink}"/>`,
    square: () => {
      const [x, y] = [centre() - radius, centre() - radius];
      return `<rect x="${x}" y="${y}" width="${2 * radius}" height="${2 * radius}" fill="${ink}" transform="rotate(${random() * 40} ${x + radius} ${y + radius})"/>`;
    },
    stripes: () =>
      Array.from({ length: 6 }, (_, i) => {
        const step = sizePx / 6;
        return `<rect x="0" y="${i * step}" width="${sizePx}" height="${step * 0.55}" fill="${ink}"/>`;
      }).join(''),
  }[shape]();
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${sizePx}" height="${sizePx}"><rect width="100%" height="100%" fill="${paper}"/>${mark}</svg>`;
}

/** Draws `perLabel` pictures of each of nine kinds (three shapes in three colours) into one folder a kind. */
export async function drawPictures({
  dir,
  perLabel,
  sizePx,
  seed,
}: {
  dir: string;
  perLabel: number;
  sizePx: number;
  seed: number;
}) {
  const random = randomFrom(seed);
  for (const shape of SHAPES) {
    for (const [color, hue] of Object.entries(COLORS)) {
      const folder = join(dir, `${color} ${shape}`);
      await mkdir(folder, { recursive: true });
      for (let i = 0; i < perLabel; i++) {
        const svg = drawing(shape, hue, random, sizePx);
        await writeFile(join(folder, `${i}.png`), await sharp(Buffer.from(svg)).png().toBuffer());
      }
    }
  }
}
