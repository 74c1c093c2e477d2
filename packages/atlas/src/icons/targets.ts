import { decodeSafetensors, encodeSafetensors, type SafetensorsInput } from '@incognita/workspace';
import type { Activations } from '../collect/collect.js';
import type { Grid } from '../grid/gridStages.js';
import type { LayerLayout } from '../layout/layoutStages.js';
import type { MomentsArgs } from '../linalg/moments.task.js';
import type { Moments } from '../linalg/secondMoment.js';
import type { WhitenArgs, Whitened } from '../linalg/whiten.task.js';
import type { AtlasContext } from '../pipeline/options.js';
import { taskRef } from '../tasks.js';

export interface TargetOptions {
  readonly activations: Activations;
  readonly layout: LayerLayout;
  readonly channels: number;
  readonly minMembers: number;
  readonly grids: readonly Grid[];
  /** Null: the mean activations themselves are the targets. */
  readonly ridgeRatio: number | null;
}

export interface Targets {
  readonly whitening: { readonly conditionNumber: number; readonly ridgeRatio: number } | null;
  /** For each grid, [cells, channels]. */
  readonly directions: readonly Float32Array[];
}

/** The directions that icons are optimised for: mean activations, whitened by the layer's second moment. */
export async function targetStage(options: TargetOptions, { workspace, pool, signal }: AtlasContext): Promise<Targets> {
  const { activations, layout, channels, minMembers, grids, ridgeRatio } = options;
  if (ridgeRatio === null) return { whitening: null, directions: grids.map(({ summary }) => summary.direction) };
  const sizes = grids.map(({ size }) => size);
  const inputs = { activations: activations.hash, layout: layout.hash, sizes, minMembers, ridgeRatio };
  const stage = await workspace.stage<{ conditionNumber: number }>({ name: 'whitening', version: 1, inputs }, async (out) => {
    const momentsArgs: MomentsArgs = { data: activations.data, channels, unit: false };
    const { secondMoment } = await pool.run<MomentsArgs, Moments>(taskRef('linalg/moments.task', 'momentsOf'), momentsArgs, {
      signal,
    });
    const directions = new Float32Array(grids.reduce((sum, { summary }) => sum + summary.direction.length, 0));
    let at = 0;
    for (const { summary } of grids) {
      directions.set(summary.direction, at);
      at += summary.direction.length;
    }
    const args: WhitenArgs = { secondMoment, channels, ridgeRatio, directions };
    const whitened = await pool.run<WhitenArgs, Whitened>(taskRef('linalg/whiten.task', 'whitenDirections'), args, { signal });
    const matrices: Record<string, SafetensorsInput> = {};
    at = 0;
    for (const { size, summary } of grids) {
      const data = whitened.directions.slice(at, at + summary.direction.length);
      matrices[`grid-${size}`] = { shape: [data.length / channels, channels], data };
      at += data.length;
    }
    await out.write('targets.safetensors', encodeSafetensors(matrices));
    return { conditionNumber: whitened.conditionNumber };
  });
  const { tensors } = decodeSafetensors(await workspace.read(`${stage.path}/targets.safetensors`));
  return {
    whitening: { conditionNumber: stage.value.conditionNumber, ridgeRatio },
    directions: sizes.map((size) => tensors.get(`grid-${size}`)!.data as Float32Array),
  };
}
