/**
 * Broken models against everything that reads, rewrites and differentiates them:
 *
 *   npm run fuzz -- [--cases 100000] [--seed 1] [--only SEED]
 *
 * Prints every case that ends in anything but a documented refusal, and every one that takes more than two seconds; then how
 * often each kind was met. The cases run in a worker: one that does not come back within 20 seconds is reported, too.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { fuzzCase, fuzzCorpus } from '../dist/testing/fuzz/fuzz.js';

const STUCK_MS = 20_000;
const fixtures = new URL('../fixtures/', import.meta.url);
const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};

function work({ from, to, progress }) {
  const files = readdirSync(fixtures).filter((name) => name.endsWith('.onnx'));
  const corpus = fuzzCorpus(files.map((name) => new Uint8Array(readFileSync(new URL(name, fixtures)))));
  for (let seed = from; seed < to; seed++) {
    Atomics.store(progress, 0, seed);
    const finding = fuzzCase(corpus, seed);
    if (finding) parentPort.postMessage(finding);
  }
}

/** Runs the seeds in a worker; returns the seed that it got stuck at, or null. */
function run(from, to, report) {
  const progress = new Int32Array(new SharedArrayBuffer(4)).fill(from - 1);
  return new Promise((resolve) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { from, to, progress } });
    let [last, since] = [-1, Date.now()];
    const watch = setInterval(() => {
      const now = Atomics.load(progress, 0);
      // While the worker starts it has no case yet.
      if (now !== last || now < from) [last, since] = [now, Date.now()];
      else if (Date.now() - since > STUCK_MS) {
        report({ seed: now, stage: 'worker', error: `no answer within ${STUCK_MS / 1000} s` });
        clearInterval(watch);
        void worker.terminate();
      }
      if (process.stdout.isTTY) process.stdout.write(`\r${now - from} of ${to - from} `);
    }, 1000);
    let crash = null;
    worker.on('message', report);
    worker.on('error', (error) => {
      crash = error;
    });
    worker.on('exit', (code) => {
      clearInterval(watch);
      const seed = Atomics.load(progress, 0);
      if (crash) report({ seed, stage: 'worker', error: String(crash) });
      resolve(code === 0 ? null : seed);
    });
  });
}

if (isMainThread) {
  const only = option('only', 0);
  const seed = only || option('seed', 1);
  const end = only ? only + 1 : seed + option('cases', 100_000);
  const kinds = new Map();
  const report = ({ seed: found, stage, error }) => {
    const lines = error.split('\n');
    const kind = [stage, lines[0].slice(0, 160), (lines.find((line) => line.includes('/dist/')) ?? '').trim()].join(' | ');
    if (!kinds.has(kind)) console.log(`seed ${found}, ${stage}: ${lines.slice(0, only ? 20 : 5).join('\n')}`);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  };
  for (let from = seed; from < end; ) {
    const stuck = await run(from, end, report);
    if (stuck === null) break;
    from = stuck + 1;
  }
  for (const [kind, count] of [...kinds].sort((a, b) => b[1] - a[1])) console.log(`${count} × ${kind}`);
  console.log(`${end - seed} cases from seed ${seed}: ${kinds.size === 0 ? 'nothing found' : `${kinds.size} kinds of findings`}`);
  process.exitCode = kinds.size === 0 ? 0 : 1;
} else work(workerData);
