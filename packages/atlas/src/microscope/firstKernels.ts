import { cut, imageInput, type Model, makers } from '@incognita/onnx';
import { type SessionSource, sessionSource } from '@incognita/runtime';
import { encodeSafetensors } from '@incognita/workspace';
import type { AtlasContext } from '../pipeline/options.js';
import { taskRef } from '../tasks.js';
import type { KernelArgs } from './kernels.task.js';
import type { Scope, ScopeLayer } from './prepareMicroscope.node.js';

/** Nodes that a picture may pass on its way to the first convolution. */
const PREPARING = new Set(['Sub', 'Add', 'Mul', 'Div', 'Cast', 'Identity', 'BatchNormalization', 'Pad', 'Clip', 'Transpose']);

/**
 * The kernels of a convolution that reads the picture itself, as a stage with `kernels.safetensors`; null for any other layer.
 *
 * @returns the file's path in the workspace
 */
export async function firstKernels(
  { source, modelSha256 }: Scope,
  { layer }: ScopeLayer,
  { workspace, pool }: AtlasContext,
): Promise<string | null> {
  const { model } = source;
  const node = model.graph.nodes[layer.nodeIndex]!;
  if (node.op !== 'Conv' || !readsPicture(model, node.inputs[0]!)) return null;
  const inputs = { model: modelSha256, tensor: layer.tensor };
  const stage = await workspace.stage({ name: 'first-kernels', version: 1, inputs }, async (out) => {
    const session: SessionSource = sessionSource(source, weightsOf(model, node.inputs[1]!));
    const kernels = await pool.run<KernelArgs, { dims: number[]; data: Float32Array }>(
      taskRef('microscope/kernels.task', 'readKernels'),
      { session },
    );
    await out.write('kernels.safetensors', encodeSafetensors({ kernels: { shape: kernels.dims, data: kernels.data } }));
  });
  return `${stage.path}/kernels.safetensors`;
}

/** A graph that gives weights as float32, however they are stored. */
function weightsOf(model: Model, weight: string): Model {
  const [name, output] = ['incognita:kernels', 'incognita:kernels'];
  const node = {
    ...{ op: 'Cast', domain: '', name, inputs: [weight], outputs: [output] },
    attributes: { to: { type: 'int', value: 1 } as const },
  };
  return cut({ ...model, graph: { ...model.graph, nodes: [...model.graph.nodes, node] } }, { outputs: [output] });
}

function readsPicture(model: Model, tensor: string): boolean {
  const made = makers(model.graph);
  const input = imageInput(model).name;
  let name = tensor;
  for (let node = made.get(name); node !== undefined; node = made.get(name)) {
    if (!PREPARING.has(node.op)) return false;
    name = node.inputs[0]!;
  }
  return name === input;
}
