import { cpus } from 'node:os';
import { benchGradients } from './gradients.js';
import { benchLayout } from './layout.js';
import { benchLearn } from './learn.js';
import { benchPipeline } from './pipeline.js';
import { markdown } from './table.js';

const parts = {
  gradients: async () => [await benchGradients()],
  layout: async () => [await benchLayout()],
  pipeline: benchPipeline,
  learn: benchLearn,
};
const asked = process.argv.slice(2);
for (const name of asked) {
  if (!(name in parts)) {
    process.stderr.write(`There is no benchmark "${name}". Benchmarks are: ${Object.keys(parts).join(', ')}.\n`);
    process.exit(1);
  }
}
process.stdout.write(`Node ${process.version}, ${cpus().length} cores: ${cpus()[0]?.model ?? 'unknown'}\n\n`);
for (const [name, run] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const tables = await run();
  if (tables.length === 0)
    process.stdout.write(`${name}: skipped, the trained network or the photographs of ../shared are absent\n\n`);
  for (const table of tables) process.stdout.write(`${markdown(table)}\n\n`);
}
