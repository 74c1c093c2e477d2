import { access } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { describeEngine } from '@incognita/runtime';
import { formatBytes } from '../duration.js';
import { printJson } from '../output.js';

/** Options of `incognita doctor`. */
export interface DoctorCommandOptions {
  readonly json?: boolean;
}

/** `incognita doctor`: which engine runs and why, and what else the work needs. */
export async function doctorCommand(options: DoctorCommandOptions): Promise<void> {
  const engines = await describeEngine();
  const explorer = await explorerState();
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: cpus().length,
    memoryBytes: totalmem(),
  };
  if (options.json) {
    printJson({ machine, engines, explorer });
    return;
  }
  const lines = [
    `node      ${machine.node} on ${machine.platform}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)} of memory`,
    ...engines.map((engine) => {
      const state = engine.available ? (engine.chosen ? 'runs' : 'ready') : 'missing';
      return `${engine.name.padEnd(9)} ${state}: ${engine.reason}`;
    }),
    `explorer  ${explorer}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function explorerState(): Promise<string> {
  const index = new URL('dist/index.html', import.meta.resolve('@incognita/explorer/package.json'));
  return access(index).then(
    () => 'built',
    () => 'not built: run npm run build',
  );
}
