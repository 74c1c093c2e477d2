import { readFile } from 'node:fs/promises';
import { WorkerPool } from '@incognita/runtime';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { conceptsOf, meaningFinder } from './emojiConcepts.js';
import { emojiData } from './emojiData.node.js';
import { loadEmoji } from './loadEmoji.node.js';
import { isMirrorable } from './mirrorable.js';

const world = loadEmoji();
const drawn = (set: string, icon: string) => world.drawings.find((drawing) => drawing.set === set && drawing.icon === icon);

describe('the emoji world', () => {
  it('has about 1,900 concepts, each drawn by at least one artist whom networks may learn from', () => {
    expect(world.concepts.length).toBeGreaterThan(1850);
    const learnt = new Set(world.sets.filter((set) => set.role === 'training').map((set) => set.name));
    const known = new Set(world.drawings.filter(({ set }) => learnt.has(set)).map(({ slug }) => slug));
    expect(world.concepts.every(({ slug }) => known.has(slug))).toBe(true);
  });

  it('holds out one style of more than a thousand concepts', () => {
    expect(world.sets.filter((set) => set.role === 'held out').map((set) => set.name)).toEqual(['emojione']);
    expect(new Set(world.drawings.filter(({ set }) => set === 'emojione').map(({ slug }) => slug)).size).toBeGreaterThan(1300);
  });

  it('has no set with share-alike terms', () => {
    for (const { licence } of world.sets) expect(['Apache-2.0', 'MIT', 'CC-BY-4.0']).toContain(licence);
  });

  it('credits each set with artist, licence and source in the notice of the package', async () => {
    const notice = await readFile(new URL('../../NOTICE.md', import.meta.url), 'utf8');
    for (const { title, artist, licence, licenceUrl, source } of world.sets)
      expect(notice).toContain(`| [${title}](${source}) | ${artist} | [${licence}](${licenceUrl}) |`);
  });

  it('finds one concept under the names of different artists', () => {
    expect(drawn('emojione', 'flag-for-japan')?.slug).toBe('flag-japan');
    expect(drawn('twemoji', 'flag-japan')?.slug).toBe('flag-japan');
    expect(drawn('emojione', 'bear-face')?.slug).toBe(drawn('noto', 'bear')?.slug);
    expect(drawn('fluent-emoji-flat', 'baby-medium-dark')).toMatchObject({ slug: 'baby', tone: 'medium-dark' });
    expect(drawn('noto', 'baby-medium-dark-skin-tone')).toMatchObject({ slug: 'baby', tone: 'medium-dark' });
  });

  it('draws every icon as an SVG that can be rendered', async () => {
    for (const set of world.sets) {
      const { svg } =
        world.drawings.find((drawing) => drawing.set === set.name && drawing.slug === 'automobile') ??
        world.drawings.find((d) => d.set === set.name)!;
      const { data, info } = await sharp(Buffer.from(svg))
        .resize(32, 32)
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width: 32, height: 32, channels: 4 });
      expect(new Set(data).size).toBeGreaterThan(5);
    }
  });
});

describe('mirror images of emoji', () => {
  const slugs = new Set(world.concepts.map(({ slug }) => slug));
  const allowed = new Set(world.concepts.filter((concept) => isMirrorable(concept, slugs)).map(({ name }) => name));

  it('mean the same for things, animals and faces', () => {
    for (const name of ['fox', 'red apple', 'grinning face', 'sport utility vehicle', 'full moon', 'moon cake', 'red circle'])
      expect([name, allowed.has(name)]).toEqual([name, true]);
  });

  it('do not for flags, signs, clocks, phases of the moon, and what has letters, digits, notes or money', () => {
    for (const { name, group } of world.concepts) if (group === 'Flags') expect(allowed.has(name)).toBe(false);
    for (const name of [
      'up-right arrow',
      'keycap 3',
      'Aries',
      'three o’clock',
      'seven-thirty',
      'waning crescent moon',
      'first quarter moon face',
    ])
      expect([name, allowed.has(name)]).toEqual([name, false]);
    for (const name of [
      'musical notes',
      'euro banknote',
      'chart increasing',
      '2nd place medal',
      'dna',
      'barber pole',
      'writing hand',
    ])
      expect([name, allowed.has(name)]).toEqual([name, false]);
  });

  it('do not for what is named after a side, by whole words, or has a twin that faces the other way', () => {
    for (const name of [
      'left-facing fist',
      'rightwards hand',
      'magnifying glass tilted left',
      'woman running',
      'woman running facing right',
    ])
      expect([name, allowed.has(name)]).toEqual([name, false]);
    for (const name of ['bright', 'cleft', 'upright piano']) {
      const concept = { slug: name, name, group: 'Objects', gender: null, age: null };
      expect(isMirrorable(concept, slugs)).toBe(true);
    }
  });
});

describe('the emoji world as data', () => {
  it('has groups: training drawings by every artist but one, whose drawings of the same concepts are held out', async () => {
    const pool = new WorkerPool({ workers: 1 });
    const reports: number[] = [];
    const onProgress = (done: number, all: number): void => void reports.push(done / all);
    const { classNames, training, validation } = await emojiData({ pool, sidePx: 4, group: 'activities', onProgress });
    await expect(emojiData({ pool, sidePx: 4, group: 'sports' })).rejects.toThrow('no group "sports"; did you mean');
    await pool.dispose();
    expect(classNames).toHaveLength(85);
    expect(classNames).toContain('trophy');
    expect(new Set(training.labels).size).toBe(85);
    expect(new Set(training.styles).size).toBeGreaterThanOrEqual(5);
    expect([...new Set(validation!.styles)].every((style) => !training.styles.includes(style))).toBe(true);
    expect(training.pixels).toHaveLength(training.labels.length * 64);
    expect(reports.at(-1)).toBe(1);
  });
});

describe('concepts', () => {
  const list = {
    '👵': { name: 'old woman', slug: 'old_woman', group: 'People & Body' },
    '👨‍⚕️': { name: 'man health worker', slug: 'man_health_worker', group: 'People & Body' },
    '👨‍👩‍👦': { name: 'family: man, woman, boy', slug: 'family_man_woman_boy', group: 'People & Body' },
    '👍': { name: 'thumbs up', slug: 'thumbs_up', group: 'People & Body' },
  };

  it('state gender and age of one person, and of no more than one', () => {
    const concepts = conceptsOf(list);
    expect(concepts.get('old-woman')).toMatchObject({ gender: 'woman', age: 'older' });
    expect(concepts.get('man-health-worker')).toMatchObject({ gender: 'man', age: null });
    expect(concepts.get('family-man-woman-boy')).toMatchObject({ gender: null, age: null });
  });

  it('take the tone from the character, and follow aliases from set to set', () => {
    const find = meaningFinder(list, [
      {
        icons: [],
        characters: { '1f44d-1f3ff': 'thumbs-up-dark-skin-tone', '1f44d': 'thumbs-up' },
        aliases: { 'yes-hand': 'thumbs-up' },
      },
      { icons: [], characters: {}, aliases: { 'good-hand': 'yes-hand' } },
    ]);
    expect(find('thumbs-up-dark-skin-tone')).toEqual({ slug: 'thumbs-up', tone: 'dark' });
    expect(find('good-hand')).toEqual({ slug: 'thumbs-up', tone: null });
    expect(find('goodhand-light')).toEqual({ slug: 'thumbs-up', tone: 'light' });
    expect(find('a-thing-nobody-drew')).toBeNull();
  });
});
