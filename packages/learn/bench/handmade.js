/**
 * Systems from before deep learning on the emoji world: trained on some artists' drawings, measured on an artist that none of them saw.
 *
 *   node packages/learn/bench/handmade.js [--sets noto,twemoji] [--test emojione] [--limit 2000] [--systems pixels,fisher] [--seed 1]
 *     [--workers 1] [--cost 1] [--rounds 10]
 *
 * Systems: perceptron and pixels (16 × 16 pixels, Rosenblatt's rule or linear support vector machines), template (HOG and colours), words, fisher.
 * `--limit` takes so many drawings of the training sets and of the test set each, drawn at random by the seed.
 */
import { parseArgs } from 'node:util';
import { createRandom, WorkerPool } from '@incognita/runtime';
import {
  BAG_OF_WORDS,
  emojiPictures,
  evaluateLinear,
  FISHER_VECTORS,
  handmadeEncoder,
  handmadeFeatures,
  loadEmoji,
  pixelFeatures,
  TEMPLATE,
  trainLinearSvm,
  trainPerceptron,
} from '../dist/index.js';

const RECIPES = { template: TEMPLATE, words: BAG_OF_WORDS, fisher: FISHER_VECTORS };
const { values: given } = parseArgs({
  options: {
    sets: { type: 'string', default: 'noto,twemoji' },
    test: { type: 'string', default: 'emojione' },
    limit: { type: 'string', default: '100000' },
    systems: { type: 'string', default: 'perceptron,pixels,template,words,fisher' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
    cost: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '10' },
  },
});
const [limit, seed, cost, rounds] = [given.limit, given.seed, given.cost, given.rounds].map(Number);
const world = loadEmoji();
const classes = world.concepts.length;
const pool = new WorkerPool({ workers: Number(given.workers) });
const pictures = await timed(async () => [await pictureSet(given.sets.split(',')), await pictureSet([given.test])]);
const [training, test] = pictures.value;
const known = new Set(training.labels);
const reachable = test.labels.reduce((sum, label) => sum + (known.has(label) ? 1 : 0), 0) / test.labels.length;
console.log(
  `${training.labels.length} pictures of ${given.sets} (${known.size} of ${classes} concepts), tested on ${test.labels.length} of ${given.test} ` +
    `(${percent(reachable)} of them of those concepts); drawn in ${pictures.seconds.toFixed(1)} s`,
);
console.log('system       numbers  top-1   top-5   features  classifier  test (s)');

for (const system of given.systems.split(',')) {
  const made = await timed(() => featuresOf(system));
  const [own, unseen] = made.value;
  const trained = await timed(() =>
    system === 'perceptron'
      ? trainPerceptron({ inputs: own.data, labels: training.labels, classes, rounds })
      : trainLinearSvm(own, { labels: training.labels, classes, cost, pool }),
  );
  const scored = await timed(() => evaluateLinear(trained.value, unseen, { labels: test.labels, pool }));
  const { top1, top5 } = scored.value;
  const seconds = [made, trained, scored].map((part) => part.seconds.toFixed(1).padStart(10)).join('');
  console.log(
    `${system.padEnd(12)} ${String(own.dims).padStart(7)} ${percent(top1).padStart(6)}  ${percent(top5).padStart(6)}${seconds}`,
  );
}
await pool.dispose();

async function featuresOf(system) {
  if (!(system in RECIPES)) return [training, test].map((set) => pixelFeatures(set, { sidePx: 16 }));
  const encoder = await handmadeEncoder(training, RECIPES[system], { seed, pool });
  return [await handmadeFeatures(training, encoder, { pool }), await handmadeFeatures(test, encoder, { pool })];
}

async function pictureSet(sets) {
  const drawings = world.drawings.filter(({ set }) => sets.includes(set));
  if (drawings.length === 0)
    throw new Error(`No drawings of ${sets}; the sets are ${world.sets.map(({ name }) => name).join(', ')}.`);
  const random = createRandom(seed);
  const keys = drawings.map(() => random.uniform());
  const order = drawings.map((_, i) => i).sort((a, b) => keys[a] - keys[b]);
  return emojiPictures(
    world,
    order.slice(0, limit).map((i) => drawings[i]),
    { pool, sidePx: 64 },
  );
}

async function timed(work) {
  const start = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - start) / 1000 };
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}
