import { jvp } from '@incognita/autodiff';
import { type ModelSource, sessionSource } from '@incognita/runtime';
import { decodeSafetensors, encodeSafetensors } from '@incognita/workspace';
import type { Activations, LayerToCollect } from '../collect/collect.js';
import type { ForwardSetup } from '../collect/collect.task.node.js';
import type { CellAttribution, Grid } from '../grid/gridStages.js';
import type { LayerLayout } from '../layout/layoutStages.js';
import type { UsedPicture } from '../pictures/preparePictures.js';
import type { AtlasContext } from '../pipeline/options.js';
import { taskRef } from '../tasks.js';
import type { AttributeArgs, GroupEffects } from './attribute.task.node.js';
import { groupPoints } from './groups.js';

export interface AttributionOptions {
  readonly source: ModelSource;
  readonly modelSha256: string;
  readonly setup: Omit<ForwardSetup, 'session' | 'batch'>;
  /** The tensor of class scores before any softmax, and their number. */
  readonly logits: { readonly tensor: string; readonly classes: number };
  readonly layer: LayerToCollect & { readonly dims: readonly number[] };
  readonly activations: Activations;
  readonly layout: LayerLayout;
  readonly pictures: readonly UsedPicture[];
  readonly sizes: readonly number[];
}

/** Pictures of one stage. */
const STAGE_PICTURES = 32;

/**
 * The mean effect of every cell's activations on all classes: activation × gradient of the logit, exact to first order. Computed when first asked
 * for, in stages of 32 pictures, once for all grids.
 */
export function cellAttribution(options: AttributionOptions, context: AtlasContext): CellAttribution {
  const { layout, sizes, logits, modelSha256, layer } = options;
  const groups = groupPoints(layout.places, sizes);
  let sums: Promise<Float64Array> | null = null;
  return {
    inputs: { model: modelSha256, logits: logits.tensor, layer: layer.tensor, sizes: [...sizes] },
    classes: logits.classes,
    async values(grid) {
      sums ??= groupSums(options, groups.of, groups.count, context);
      return meanPerCell(grid, groups.of, await sums, logits.classes);
    },
  };
}

async function groupSums(
  options: AttributionOptions,
  group: Int32Array,
  count: number,
  context: AtlasContext,
): Promise<Float64Array> {
  const { source, setup, logits, layer, activations, layout, pictures, modelSha256, sizes } = options;
  const { workspace, pool, signal, onProgress } = context;
  const forwards = jvp(source.model, { of: logits.tensor, wrt: layer.tensor, repeat: true });
  const session = sessionSource(source, forwards);
  const first = firstPoints(activations.picture, pictures.length);
  let done = 0;
  const tick = (by: number) => {
    done += by;
    onProgress?.({ stage: 'attribution', layer: layer.name, done, total: pictures.length });
  };
  const shared = {
    ...setup,
    session,
    batch: 1,
    activations: activations.data,
    row: activations.row,
    column: activations.column,
    group,
    map: layer.map,
    dims: layer.dims,
    tangent: `tangent:${layer.tensor}`,
    result: `tangent:${logits.tensor}`,
    classes: logits.classes,
  };
  const parts = Array.from({ length: Math.ceil(pictures.length / STAGE_PICTURES) }, async (_, s) => {
    const from = s * STAGE_PICTURES;
    const files = pictures.slice(from, from + STAGE_PICTURES).map(({ file }) => file);
    const inputs = {
      model: modelSha256,
      logits: logits.tensor,
      layer: layer.tensor,
      activations: activations.hash,
      layout: layout.hash,
      sizes: [...sizes],
      part: s,
    };
    let counted = 0;
    const stage = await workspace.stage({ name: 'attribution-part', version: 1, inputs }, async (out) => {
      const args: AttributeArgs = { ...shared, files, firstPoint: first.slice(from, from + files.length + 1) };
      const onTick = () => {
        counted++;
        tick(1);
      };
      const part = await pool.run<AttributeArgs, GroupEffects>(
        taskRef('attribution/attribute.task.node', 'attributePictures'),
        args,
        {
          signal,
          onProgress: onTick,
        },
      );
      await out.write(
        'effects.safetensors',
        encodeSafetensors({
          groups: { shape: [part.groups.length], data: part.groups },
          effects: { shape: [part.groups.length, logits.classes], data: part.effects },
        }),
      );
    });
    tick(files.length - counted);
    return `${stage.path}/effects.safetensors`;
  });
  const sums = new Float64Array(count * logits.classes);
  const files = await Promise.all(parts);
  pool.drop(session.key);
  for (const file of files) {
    const { tensors } = decodeSafetensors(await workspace.read(file));
    const groups = tensors.get('groups')!.data as Int32Array;
    const effects = tensors.get('effects')!.data as Float32Array;
    for (const [g, id] of groups.entries()) {
      for (let c = 0; c < logits.classes; c++) {
        const at = id * logits.classes + c;
        sums[at] = sums[at]! + effects[g * logits.classes + c]!;
      }
    }
  }
  return sums;
}

/** Points are in order of pictures: those of picture p are first[p]…first[p + 1] − 1. */
function firstPoints(pictureOf: Int32Array, pictures: number): number[] {
  const first = new Array<number>(pictures + 1).fill(0);
  for (const p of pictureOf) first[p + 1] = first[p + 1]! + 1;
  for (let p = 0; p < pictures; p++) first[p + 1] = first[p + 1]! + first[p]!;
  return first;
}

function meanPerCell({ cells }: Grid, group: Int32Array, sums: Float64Array, classes: number): Float32Array {
  const values = new Float32Array(cells.cell.length * classes);
  for (let r = 0; r < cells.cell.length; r++) {
    const members = cells.member.subarray(cells.start[r]!, cells.start[r + 1]!);
    const total = new Float64Array(classes);
    for (const g of new Set(Array.from(members, (point) => group[point]!))) {
      for (let c = 0; c < classes; c++) total[c] = total[c]! + sums[g * classes + c]!;
    }
    for (let c = 0; c < classes; c++) values[r * classes + c] = total[c]! / members.length;
  }
  return values;
}
