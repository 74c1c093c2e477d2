import { type ClassifierData, HISTORICAL_SYSTEMS, networkNamed, partsOf, sizeOf, trainingOperations } from '@incognita/learn';
import { SWEEP_VERSION, type Sweep, type SweepRun } from '@incognita/workspace';
import { UsageError } from '../errors.js';
import { isOver } from '../study/workThrough.js';
import { type AskedRecord, differences, flagOf } from '../training/asked.js';
import { fingerprint, withShare } from '../training/trainingData.js';
import { version } from '../version.js';
import { pointName, type SweepPoint } from './grid.js';

interface Plan {
  readonly network: string;
  /** All data, of which runs may take shares. */
  readonly data: ClassifierData;
  readonly asked: AskedRecord;
  readonly grids: readonly string[];
  readonly points: readonly SweepPoint[];
  readonly engine: string;
  /** What is in the folder already. */
  readonly before: Sweep | null;
}

/**
 * A sweep as it is to be: its runs in the order of their costs. Runs that are finished stay, also those that are not asked for any more.
 *
 * @throws UsageError where the sweep that is there has other options or pictures.
 */
export function planSweep({ network, data, asked, grids, points, engine, before }: Plan): Sweep {
  const sha256 = fingerprint(data);
  if (before !== null) refuseOther(before, asked, sha256);
  const batch = Number(asked.batch);
  const known = new Map(before?.runs.map((run) => [run.name, run]));
  const planned = points.map((point): SweepRun => {
    const made = networkNamed(network).make({ classes: data.classNames.length, width: point.width });
    const name = pointName(point);
    const old = known.get(name);
    return {
      ...{ name, ...point, state: 'waiting', result: null },
      parameters: partsOf(made).parameters.reduce((sum, { dims }) => sum + sizeOf(dims), 0),
      examples: withShare(data, point.data, Number(asked.seed)).training.labels.length,
      flops: trainingOperations(made) * batch * point.steps,
      ...(old && isOver(old) && { state: old.state, result: old.result }),
    };
  });
  const names = new Set(planned.map(({ name }) => name));
  const kept = before?.runs.filter((run) => run.state === 'finished' && !names.has(run.name)) ?? [];
  return {
    ...{ format: 'incognita-sweep', version: SWEEP_VERSION, generator: `incognita ${version}`, engine, state: 'running' },
    network: { name: network, description: networkNamed(network).description },
    data: {
      name: data.name,
      description: data.description,
      classes: data.classNames.length,
      training: data.training.labels.length,
      heldOut: data.validation?.labels.length ?? 0,
      sha256,
    },
    asked,
    grids: [...grids],
    runs: [...planned, ...kept].sort((a, b) => costOf(a, batch) - costOf(b, batch)),
    laws: before?.laws ?? [],
    historical: HISTORICAL_SYSTEMS.map((system) => ({
      ...system,
      data: { ...system.data },
      sources: system.sources.map((source) => ({ ...source })),
    })),
  };
}

/** The options that all runs of a sweep share. */
export function sharedAsked(asked: AskedRecord): AskedRecord {
  const { width: _, share: __, steps: ___, epochs: ____, ...shared } = asked;
  return shared;
}

/** What is asked of one run; it is measured ten times unless `--evaluate-every` says otherwise. */
export function askedOfRun(asked: AskedRecord, { width, data, steps }: SweepPoint): AskedRecord {
  return {
    ...sharedAsked(asked),
    ...{ width, steps, ...(data === 1 ? {} : { share: data }) },
    evaluateEvery: asked.evaluateEvery ?? Math.max(1, Math.ceil(steps / 10)),
  };
}

/** Operations that making a picture takes, about; counts where networks are small. */
const PER_PICTURE = 1e7;

/** How long a run takes in comparison with the others, about. */
export function costOf({ flops, steps }: SweepRun, batch: number): number {
  return flops + PER_PICTURE * batch * steps;
}

function refuseOther(before: Sweep, asked: AskedRecord, sha256: string): void {
  const { names } = differences(before.asked, asked);
  const said = names.map((name) => `${flagOf(name)} was ${before.asked[name] ?? 'not given'}, now ${asked[name] ?? 'not given'}`);
  const remedy = 'Give the same, choose another --out, or start afresh with --force.';
  if (names.length > 0) throw new UsageError(`the folder holds a sweep with other settings: ${said.join('; ')}. ${remedy}`);
  if (before.data.sha256 !== sha256)
    throw new UsageError(`the pictures of ${before.data.name} are not those that the sweep began with. ${remedy}`);
}
