import type { Objective, Preprocessing, Renderer } from '@incognita/vision';
import { type Sheet, sha256 } from '@incognita/workspace';
import type { Activations } from '../collect/collect.js';
import { type Grid, SHEET_COLUMNS, SHEET_TILES } from '../grid/gridStages.js';
import { mapLimited } from '../pipeline/mapLimited.js';
import type { AtlasContext } from '../pipeline/options.js';
import type { AtlasPreset } from '../presets.js';
import { iconSheet, readIcons, scoreTable } from './iconFiles.js';
import { type IconPlan, warmStart } from './plan.js';
import type { Icon } from './renderPart.js';
import { renderUntilNatural } from './renderUntilNatural.js';

/** Icons that are stored as one stage. */
const PART_ICONS = 16;
const PART_COLUMNS = 4;
const QUALITY = 90;
/** Of its parent's contrast an icon keeps this share: enough to be led, not so much that siblings stay alike. */
const START_STRENGTH = 0.5;

export interface GridIcons {
  readonly sheets: Sheet[];
  readonly scores: string[];
}

export interface IconOptions {
  readonly layer: string;
  readonly tensor: string;
  readonly modelSha256: string;
  readonly preprocessing: Preprocessing;
  readonly renderer: Renderer;
  readonly objective: Objective;
  readonly settings: AtlasPreset['icon'];
  readonly activations: Activations;
  readonly seed: number;
  /** From the coarsest to the finest. */
  readonly grids: readonly {
    readonly grid: Grid;
    readonly plan: IconPlan /** [cells, channels] */;
    readonly targets: Float32Array;
  }[];
  /** Called with a grid's icons so far whenever there are more. */
  readonly onIcons: (size: number, icons: GridIcons) => void;
}

/**
 * Optimises the icons of a layer, coarsest grid first and the most populated cells first, in stages of 16. The coarsest start
 * from noise, the others from the icon of their parent cell with fewer steps. Finished grids are packed into larger sheets.
 */
export async function renderIcons(options: IconOptions, context: AtlasContext): Promise<void> {
  const total = options.grids.reduce((sum, { plan }) => sum + plan.rows.length, 0);
  const shares = new Map<string, number>();
  const report = (part: string, icons: number) => {
    shares.set(part, icons);
    const done = Math.floor([...shares.values()].reduce((a, b) => a + b, 0));
    context.onProgress?.({ stage: 'icons', layer: options.layer, done, total });
  };
  let coarser: { size: number; icons: ReadonlyMap<number, Icon> } | null = null;
  for (const entry of options.grids) {
    coarser = await renderGrid(options, entry, coarser, report, context);
  }
}

type Coarser = { readonly size: number; readonly icons: ReadonlyMap<number, Icon> } | null;

async function renderGrid(
  options: IconOptions,
  { grid, plan, targets }: IconOptions['grids'][number],
  coarser: Coarser,
  report: (part: string, icons: number) => void,
  context: AtlasContext,
): Promise<{ size: number; icons: Map<number, Icon> }> {
  const { workspace, pool } = context;
  const { renderer, settings, seed, layer, onIcons } = options;
  const { channels, widthPx } = renderer;
  const finished = new Set(coarser?.icons.keys());
  const chunks = Array.from({ length: Math.ceil(plan.rows.length / PART_ICONS) }, (_, p) =>
    plan.rows.subarray(p * PART_ICONS, (p + 1) * PART_ICONS),
  );
  const soFar: ({ sheet: Sheet; scores: string } | undefined)[] = chunks.map(() => undefined);
  const parts = await mapLimited(chunks, pool.size, async (rows, p) => {
    const ids = Array.from(rows, (r) => grid.cells.cell[r]!);
    const { steps, warmSteps } = settings;
    const starts = ids.map((cell) => {
      const from = coarser === null || warmSteps === null ? null : warmStart(cell, grid.size, { size: coarser.size, finished });
      return from === null ? null : coarser!.icons.get(from)!.pixels;
    });
    const firstSteps = coarser === null || finished.size === 0 || warmSteps === null ? steps : warmSteps;
    const own = new Float32Array(rows.length * channels);
    for (const [i, r] of rows.entries()) own.set(targets.subarray(r * channels, (r + 1) * channels), i * channels);
    const sheet = { file: 'icons.webp', columns: PART_COLUMNS, tilePx: widthPx, ids };
    const key = {
      name: 'icons-part',
      version: 2,
      inputs: partInputs(options, grid.size, { ids, targets: own, starts, firstSteps }),
    };
    let rendered: Icon[] | null = null;
    const stage = await workspace.stage(key, async (out) => {
      rendered = await renderUntilNatural(
        {
          renderer,
          ids,
          targets: own,
          starts,
          startStrength: START_STRENGTH,
          steps: firstSteps,
          againSteps: steps,
          tries: settings.tries,
          transforms: settings.transforms,
          activations: options.activations.data,
          seed: [seed, layer, grid.size],
          onShare: (share) => report(`${grid.size}/${p}`, share * ids.length),
        },
        context,
      );
      await out.write(sheet.file, await iconSheet(rendered, sheet, { lossless: true }));
      await out.write('scores.parquet', scoreTable(rendered));
    });
    const stored = { sheet: { ...sheet, file: `${stage.path}/${sheet.file}` }, scores: `${stage.path}/scores.parquet` };
    soFar[p] = stored;
    const there = soFar.filter((part) => part !== undefined);
    onIcons(grid.size, { sheets: there.map((part) => part.sheet), scores: there.map((part) => part.scores) });
    report(`${grid.size}/${p}`, ids.length);
    return { hash: stage.hash, icons: rendered ?? (await readIcons(workspace, stored.sheet, stored.scores)) };
  });
  const icons = new Map(parts.flatMap((part) => part.icons.map((icon) => [icon.cell, icon] as const)));
  if (parts.length > 0)
    onIcons(
      grid.size,
      await packIcons(
        [...icons.values()],
        parts.map(({ hash }) => hash),
        widthPx,
        context,
      ),
    );
  return { size: grid.size, icons };
}

interface PartContent {
  readonly ids: readonly number[];
  readonly targets: Float32Array;
  readonly starts: readonly (Uint8Array | null)[];
  readonly firstSteps: number;
}

/** What determines the icons of a part. */
function partInputs(options: IconOptions, size: number, { ids, targets, starts, firstSteps }: PartContent) {
  const { source: _source, statement: _statement, ...rule } = options.preprocessing;
  const { steps, tries, transforms } = options.settings;
  return {
    model: options.modelSha256,
    tensor: options.tensor,
    preprocessing: { ...rule, mean: [...rule.mean], std: [...rule.std] },
    sizePx: options.renderer.widthPx,
    batch: options.renderer.batch,
    objective: { ...options.objective },
    activations: options.activations.hash,
    seed: options.seed,
    layer: options.layer,
    grid: size,
    ids: [...ids],
    targets: sha256(new Uint8Array(targets.buffer, targets.byteOffset, targets.byteLength)),
    starts: starts.map((start) => (start === null ? null : sha256(start))),
    startStrength: START_STRENGTH,
    firstSteps,
    steps,
    tries,
    transforms,
  };
}

/** All icons of a grid in order of their cells, in as few sheets as can be. */
async function packIcons(icons: Icon[], parts: string[], tilePx: number, { workspace }: AtlasContext): Promise<GridIcons> {
  const ordered = icons.sort((a, b) => a.cell - b.cell);
  const sheets: (Sheet & { icons: Icon[] })[] = [];
  for (let from = 0; from < ordered.length; from += SHEET_TILES) {
    const some = ordered.slice(from, from + SHEET_TILES);
    const file = `icons-${from / SHEET_TILES}.webp`;
    sheets.push({ file, columns: SHEET_COLUMNS, tilePx, ids: some.map(({ cell }) => cell), icons: some });
  }
  const stage = await workspace.stage({ name: 'icons', version: 1, inputs: { parts, quality: QUALITY } }, async (out) => {
    for (const sheet of sheets) await out.write(sheet.file, await iconSheet(sheet.icons, sheet, { quality: QUALITY }));
    await out.write('scores.parquet', scoreTable(ordered));
  });
  return {
    sheets: sheets.map(({ icons: _icons, ...sheet }) => ({ ...sheet, file: `${stage.path}/${sheet.file}` })),
    scores: [`${stage.path}/scores.parquet`],
  };
}
