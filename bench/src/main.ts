import { cpus } from 'node:os';
import { benchBrowser } from './browser.js';
import { benchExplorer } from './explorer.js';
import { benchFeaturevis } from './featurevis.js';
import { benchGpt } from './gpt.js';
import { benchGradients } from './gradients.js';
import { benchLanguage } from './language.js';
import { benchLayout } from './layout.js';
import { benchLearn } from './learn.js';
import { benchLive } from './live.js';
import { benchPipeline } from './pipeline.js';
import { markdown, type Table } from './table.js';

const parts: Readonly<Record<string, (of?: string) => Promise<Table[]>>> = {
  gradients: async (title) => [await benchGradients(title)],
  layout: async () => [await benchLayout()],
  pipeline: benchPipeline,
  learn: benchLearn,
  language: benchLanguage,
  gpt: benchGpt,
  live: benchLive,
  featurevis: benchFeaturevis,
  explorer: benchExplorer,
  browser: benchBrowser,
};
// `gradients/ResNet`: only the networks whose title begins so.
const asked = new Map(process.argv.slice(2).map((arg): [string, string | undefined] => [arg.split('/')[0]!, arg.split('/')[1]]));
for (const name of asked.keys()) {
  if (!(name in parts)) {
    process.stderr.write(`There is no benchmark "${name}". Benchmarks are: ${Object.keys(parts).join(', ')}.\n`);
    process.exit(1);
  }
}
process.stdout.write(`Node ${process.version}, ${cpus().length} cores: ${cpus()[0]?.model ?? 'unknown'}\n\n`);
for (const [name, run] of Object.entries(parts)) {
  if (asked.size > 0 && !asked.has(name)) continue;
  const tables = await run(asked.get(name));
  if (tables.length === 0)
    process.stdout.write(`${name}: skipped, the trained network or the photographs of ../shared, or Chromium, are absent\n\n`);
  for (const table of tables) process.stdout.write(`${markdown(table)}\n\n`);
}
