import type { ClassifierData } from '@incognita/learn';
import { LINEAGE_VERSION, type Lineage, type LineageSystem } from '@incognita/workspace';
import { UsageError } from '../errors.js';
import { isOver } from '../study/workThrough.js';
import { type AskedRecord, differences, flagOf } from '../training/asked.js';
import { version } from '../version.js';
import { SYSTEMS } from './systems.js';

interface Plan {
  readonly data: ClassifierData;
  readonly asked: AskedRecord;
  /** Names of systems; null: all. */
  readonly wanted: readonly string[] | null;
  readonly engine: string;
  /** What is in the folder already. */
  readonly before: Lineage | null;
}

/**
 * A lineage as it is to be: the systems in the order of their years, with the results of those that are finished.
 *
 * @throws UsageError where the lineage that is there has other options, or a system that there is not is wanted.
 */
export function planLineage({ data, asked, wanted, engine, before }: Plan): Lineage {
  const names = SYSTEMS.map(({ name }) => name);
  for (const name of wanted ?? [])
    if (!names.includes(name)) throw new UsageError(`there is no system "${name}" in a lineage; there are: ${names.join(', ')}`);
  if (before !== null) refuseOther(before, asked);
  const known = new Map(before?.systems.map((system) => [system.name, system]));
  return {
    ...{ format: 'incognita-lineage', version: LINEAGE_VERSION, generator: `incognita ${version}`, engine, state: 'running' },
    data: {
      ...{ name: data.name, description: data.description, classes: data.classNames.length },
      ...{ training: data.training.labels.length, heldOut: data.validation?.labels.length ?? 0, heldOutHow: data.heldOut },
    },
    asked,
    systems: SYSTEMS.filter(({ name }) => wanted === null || wanted.includes(name) || known.get(name)?.state === 'finished').map(
      (system): LineageSystem => {
        const old = known.get(system.name);
        const run = system.kind === 'gradient' ? `runs/${system.name}` : null;
        const blank: LineageSystem = { ...system, state: 'waiting', run, takenFrom: null, result: null };
        return old !== undefined && isOver(old)
          ? { ...blank, state: old.state, run: old.run, takenFrom: old.takenFrom, result: old.result }
          : blank;
      },
    ),
  };
}

function refuseOther(before: Lineage, asked: AskedRecord): void {
  const { names } = differences(before.asked, asked);
  if (names.length === 0) return;
  const said = names.map((name) => `${flagOf(name)} was ${before.asked[name] ?? 'not given'}, now ${asked[name] ?? 'not given'}`);
  throw new UsageError(
    `the folder holds a lineage with other settings: ${said.join('; ')}. Give the same, choose another --out, or start afresh with --force.`,
  );
}
