import { availableParallelism } from 'node:os';
import { type ClassifierData, networkNamed, trainingOperations } from '@incognita/learn';
import { WorkerPool } from '@incognita/runtime';
import { type Lineage, type LineageSystem, openStudyFolder, type StudyFolder } from '@incognita/workspace';
import { abortOnInterrupt } from '../interrupt.js';
import { lineagePlot } from '../lineage/lineagePlot.js';
import { describeSystem, lineageTable } from '../lineage/lineageTable.js';
import { networkResult, takenFrom } from '../lineage/networkResult.js';
import { planLineage } from '../lineage/planLineage.js';
import { trainHandmadeSystem, trainPerceptronSystem } from '../lineage/trainHandmade.js';
import { printJson } from '../output.js';
import { Progress } from '../progress.js';
import { picturesName } from '../sources/namedPictures.js';
import { workThrough } from '../study/workThrough.js';
import { type Asked, type AskedRecord, askedRecord, checkShards } from '../training/asked.js';
import { runInFolder } from '../training/runInFolder.js';
import { loadTrainingData } from '../training/trainingData.js';

/** Options of `incognita lineage`: those of a run that all systems share. */
export interface LineageCommandOptions
  extends Partial<Pick<Asked, 'epochs' | 'batch' | 'augment' | 'flip' | 'holdout' | 'seed'>> {
  readonly out: string;
  readonly systems?: readonly string[];
  /** Folders of finished runs whose networks are not trained again. */
  readonly from?: readonly string[];
  readonly workers?: number;
  readonly checkpointEvery: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** `incognita lineage`: the systems that led to AlexNet, trained on the same pictures and measured on the same held-out ones. */
export async function lineageCommand(data: string, options: LineageCommandOptions): Promise<void> {
  const { out, systems, from: _, workers, checkpointEvery: __, force, json: ___, ...shared } = options;
  const { network: ____, ...asked } = askedRecord('', picturesName(data), shared);
  checkShards(asked);
  const progress = new Progress(process.stderr);
  const interrupt = abortOnInterrupt(() =>
    progress.note('Stopping. The same command goes on from here. Ctrl-C again ends at once.'),
  );
  const folder = await openStudyFolder(out, 'lineage');
  const pool = new WorkerPool({ workers: workers ?? availableParallelism() });
  const signal = interrupt.signal;
  const pictures = cachedPictures((network) => loadTrainingData(data, network, shared, { pool, signal, progress }));
  try {
    if (force === true) await folder.clear();
    const small = await pictures('linear');
    progress.finish();
    const { name, version } = await pool.engine();
    const lineage = planLineage({
      ...{ data: small, asked, wanted: systems ?? null, before: await folder.read() },
      engine: `ONNX Runtime ${version} (${name})`,
    });
    say(`data       ${small.description}`);
    say(`held out   ${small.heldOut}`);
    report(await train({ lineage, asked, options, pictures, folder, pool, progress, signal }), options);
  } finally {
    progress.finish();
    interrupt.release();
    await pool.dispose();
    await folder.close();
  }
}

type PicturesFor = (network: string) => Promise<ClassifierData>;

/** Pictures for a network, read once for each size. */
function cachedPictures(load: PicturesFor): PicturesFor {
  const known = new Map<number, Promise<ClassifierData>>();
  return (network) => {
    const { sidePx } = networkNamed(network);
    const found = known.get(sidePx) ?? load(network);
    known.set(sidePx, found);
    return found;
  };
}

interface Work {
  readonly lineage: Lineage;
  readonly asked: AskedRecord;
  readonly options: LineageCommandOptions;
  readonly pictures: PicturesFor;
  readonly folder: StudyFolder<Lineage>;
  readonly pool: WorkerPool;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

async function train({ lineage, asked, options, pictures, folder, pool, progress, signal }: Work): Promise<Lineage> {
  const [epochs, seed] = [Number(asked.epochs), Number(asked.seed)];
  const shown = epochs * lineage.data.training;
  let now = lineage;
  await workThrough<LineageSystem>({
    ...{ items: lineage.systems, label: 'lineage', progress, describe: describeSystem },
    costOf: (system) => costOf(system, shown, lineage.data.classes),
    async train({ name, title, kind }, show) {
      const data = await pictures(kind === 'gradient' ? name : name === 'perceptron' ? 'linear' : 'alexnet64');
      const tell = (share: number, detail: string): void => show(share, `${title}: ${detail}`);
      const work = { data, epochs, seed, pool, signal, show: tell };
      if (kind === 'perceptron rule') return { result: await trainPerceptronSystem(work) };
      if (kind === 'hand-made features') return { result: await trainHandmadeSystem(name, work) };
      const taken = await takenFrom(options.from ?? [], name, data);
      if (taken !== null) return { ...taken, run: null };
      const steps = Math.max(1, Math.ceil(shown / Number(asked.batch)));
      const finished = await runInFolder({
        ...{ dir: folder.runFolder(name), network: name, asked: { network: name, ...asked }, pictures: data },
        ...{ pool, checkpointEvery: options.checkpointEvery, signal },
        onBegin: (step) => tell(step / steps, `step ${step} of ${steps}`),
        onEvent: ({ step, loss }) => tell(step / steps, `step ${step} of ${steps}, loss ${loss.toFixed(3)}`),
      });
      return { result: networkResult(finished) };
    },
    async keep(systems, state) {
      now = { ...now, state, systems: [...systems] };
      await folder.write(now);
      await folder.writeProduct('lineage.md', lineageTable(now));
      await folder.writeProduct('lineage.svg', lineagePlot(now));
    },
  });
  progress.finish();
  return now;
}

/** Operations that making a picture, or its hand-made features, takes, about. */
const [PER_PICTURE, PER_FEATURES] = [1e7, 1e9];

/** How long a system takes in comparison with the others, about. */
function costOf({ name, kind }: LineageSystem, shown: number, classes: number): number {
  if (kind === 'gradient') return shown * (PER_PICTURE + trainingOperations(networkNamed(name).make({ classes, width: 1 })));
  if (kind === 'hand-made features') return shown * PER_FEATURES * 0.1;
  // Plain loops are about ten times as slow as the engine's products.
  return shown * 20 * classes * 972;
}

function report(lineage: Lineage, { out, json }: LineageCommandOptions): void {
  if (json) printJson({ lineage: out, systems: lineage.systems.map(({ name, result }) => ({ name, ...result })) });
  else process.stdout.write(`${lineageTable(lineage)}\nPlot: ${out}/lineage.svg\n`);
}
