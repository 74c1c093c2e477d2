import {
  classifierModel,
  type Network,
  type TrainedWeights,
  UNIT_PICTURE_STEPS,
  unitPictures,
  type WatchedUnit,
  watchedUnits,
} from '@incognita/learn';
import type { TrainingFolder, TrainingIcons } from '@incognita/workspace';

interface Watch {
  readonly folder: TrainingFolder;
  readonly classNames: readonly string[];
  /** Pictures at each evaluation; 0: none. */
  readonly count: number;
  /** The step that the run goes on after. */
  readonly from: number;
  /** Ends what is being made. */
  readonly signal: AbortSignal;
}

/** Makes optimised pictures of a few units while a network learns. */
export interface UnitWatch {
  /** Begins the pictures of a step, unless those of an earlier one are still being made: training waits for none. */
  see(network: Network, weights: TrainedWeights, step: number): void;
  /** Waits for what was begun. */
  end(): Promise<void>;
}

/** Watches units in a worker of its own; writes `icons/` of the run's folder. Training does not depend on it in any way. */
export async function watchUnits({ folder, classNames, count, from, signal }: Watch): Promise<UnitWatch> {
  if (count === 0) return { see: () => {}, end: async () => {} };
  let icons: TrainingIcons | null = null;
  let steps = ((await folder.readIcons())?.steps ?? []).filter(({ step }) => step <= from);
  let work: Promise<void> | null = null;
  let failure: unknown = null;

  async function make(network: Network, weights: TrainedWeights, step: number): Promise<void> {
    const model = classifierModel(network, weights, classNames);
    const units = watchedUnits(model, { classes: classNames.length, count });
    const sidePx = network.inputShape[2]!;
    const { sheet, columns, scores } = await unitPictures(model, { units, classes: classNames.length, sidePx, signal });
    steps = steps.filter(({ scores: of }) => of.length === units.length);
    steps = [...steps, { step, file: `${String(step).padStart(8, '0')}.webp`, scores: Array.from(scores) }];
    icons = { tilePx: sidePx, columns, method: METHOD, units: units.map((unit) => described(unit, classNames)), steps };
    await folder.writeIcons(icons, sheet);
  }

  return {
    see(network, weights, step) {
      if (work !== null || failure !== null || signal.aborted) return;
      work = make(network, weights, step)
        .catch((error) => {
          if (!signal.aborted) failure = error;
        })
        .finally(() => {
          work = null;
        });
    },
    async end() {
      await work;
      if (failure !== null)
        process.stderr.write(`warning    no more optimised pictures after a failure: ${(failure as Error).message}\n`);
    },
  };
}

const METHOD = `${UNIT_PICTURE_STEPS} steps of gradient ascent from noise in the Fourier basis, with random shifts, turns and scales.`;

function described({ kind, index }: WatchedUnit, classNames: readonly string[]): TrainingIcons['units'][number] {
  return { kind, index, name: kind === 'class' ? classNames[index]! : null };
}
