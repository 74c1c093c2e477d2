import { availableParallelism } from 'node:os';
import { type ClassifierData, networkNamed } from '@incognita/learn';
import { WorkerPool } from '@incognita/runtime';
import { openStudyFolder, type StudyFolder, type Sweep, type SweepRun } from '@incognita/workspace';
import { abortOnInterrupt } from '../interrupt.js';
import { printJson } from '../output.js';
import { Progress } from '../progress.js';
import { picturesName } from '../sources/namedPictures.js';
import { isOver, workThrough } from '../study/workThrough.js';
import { defaultGrids, pointsOf } from '../sweep/grid.js';
import { lawsOf, measureRun } from '../sweep/measureRun.js';
import { askedOfRun, costOf, planSweep, sharedAsked } from '../sweep/planSweep.js';
import { historyPlot, sweepPlot } from '../sweep/sweepPlots.js';
import { describeSweepRun, historyTable, sweepTable } from '../sweep/sweepTable.js';
import { type AskedRecord, askedRecord, checkShards, settingsOf } from '../training/asked.js';
import { runInFolder } from '../training/runInFolder.js';
import { loadTrainingData, withShare } from '../training/trainingData.js';
import type { TrainCommandOptions } from './train.js';

/** Options of `incognita train --sweep`: those of a run, and what differs from run to run. */
export interface SweepCommandOptions extends TrainCommandOptions {
  /** True where no values were given. */
  readonly sweep: true | readonly string[];
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** `incognita train --sweep`: many runs of one network over width, data and steps, and the laws that their losses follow. */
export async function sweepCommand(network: string, data: string, options: SweepCommandOptions): Promise<void> {
  const asked = askedRecord(network, picturesName(data), options);
  checkShards(asked);
  say(`network    ${network}: ${networkNamed(network).description}`);
  const progress = new Progress(process.stderr);
  const interrupt = abortOnInterrupt(() =>
    progress.note('Stopping after this step. The same command goes on from here. Ctrl-C again ends at once.'),
  );
  const folder = await openStudyFolder(options.out, 'sweep');
  const pool = new WorkerPool({ workers: options.workers ?? availableParallelism() });
  try {
    if (options.force === true) await folder.clear();
    const { share: _, ...others } = options;
    const pictures = await loadTrainingData(data, network, others, { pool, signal: interrupt.signal, progress });
    progress.finish();
    const sweep = await plan({ network, pictures, asked, options, folder, pool });
    say(`data       ${pictures.description}`);
    say(`sweep      ${sweep.runs.length} runs${finishedBefore(sweep)}: ${sweep.grids.join('; ')}`);
    const { checkpointEvery } = options;
    report(await train({ sweep, asked, pictures, folder, pool, progress, checkpointEvery, signal: interrupt.signal }), options);
  } finally {
    progress.finish();
    interrupt.release();
    await pool.dispose();
    await folder.close();
  }
}

async function plan(given: {
  readonly network: string;
  readonly pictures: ClassifierData;
  readonly asked: AskedRecord;
  readonly options: SweepCommandOptions;
  readonly folder: StudyFolder<Sweep>;
  readonly pool: WorkerPool;
}): Promise<Sweep> {
  const { network, pictures, asked, options, folder, pool } = given;
  const { steps, width } = settingsOf(asked, pictures.training.labels.length);
  const base = { width, steps, data: options.share ?? 1 };
  const grids = options.sweep === true ? defaultGrids(base) : options.sweep;
  const { name, version } = await pool.engine();
  return planSweep({
    ...{ network, data: pictures, asked: sharedAsked(asked), grids, points: pointsOf(grids, base) },
    ...{ engine: `ONNX Runtime ${version} (${name})`, before: await folder.read() },
  });
}

interface Work {
  readonly sweep: Sweep;
  readonly asked: AskedRecord;
  readonly pictures: ClassifierData;
  readonly folder: StudyFolder<Sweep>;
  readonly pool: WorkerPool;
  readonly progress: Progress;
  readonly checkpointEvery: number;
  readonly signal: AbortSignal;
}

async function train({ sweep, asked, pictures, folder, pool, progress, checkpointEvery, signal }: Work): Promise<Sweep> {
  const [batch, seed] = [Number(asked.batch), Number(asked.seed)];
  let now = sweep;
  await workThrough<SweepRun>({
    ...{ items: sweep.runs, label: 'sweep', progress, describe: describeSweepRun, costOf: (run) => costOf(run, batch) },
    async train(run, show) {
      const said = `width ${run.width}, data ${run.data}, ${run.steps} steps`;
      const finished = await runInFolder({
        ...{ dir: folder.runFolder(run.name), network: sweep.network.name, asked: askedOfRun(asked, run) },
        ...{ pictures: withShare(pictures, run.data, seed), pool, checkpointEvery, signal },
        onBegin: (step) => show(step / run.steps, said),
        onEvent: ({ step, loss }) => show(step / run.steps, `${said}: loss ${loss.toFixed(3)}`),
      });
      return { result: measureRun(finished) };
    },
    async keep(runs, state) {
      now = { ...now, state, runs: [...runs], laws: lawsOf(runs, { seed }) };
      await folder.write(now);
      await folder.writeProduct('sweep.md', `${sweepTable(now)}\n## Systems of the past\n\n${historyTable(now)}`);
      await folder.writeProduct('sweep.svg', sweepPlot(now));
      await folder.writeProduct('history.svg', historyPlot(now));
    },
  });
  progress.finish();
  return now;
}

function finishedBefore({ runs }: Sweep): string {
  const over = runs.filter(isOver).length;
  return over === 0 ? '' : `, ${over} of them finished earlier`;
}

function report(sweep: Sweep, { out, json }: SweepCommandOptions): void {
  if (json) {
    printJson({ sweep: out, runs: sweep.runs.length, laws: sweep.laws.map(({ band: _, ...law }) => law) });
    return;
  }
  process.stdout.write(`${sweepTable(sweep)}\nPlots: ${out}/sweep.svg, ${out}/history.svg\n`);
}
