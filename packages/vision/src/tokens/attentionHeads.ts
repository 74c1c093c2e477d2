import { discoverLayers, type Model } from '@incognita/onnx';
import { type LayerLayout, layerLayout } from '../layout/layerLayout.js';
import type { PictureSize } from '../layout/pictureShapes.js';

/** The heads of one attention: each head's mixture of values, before they are projected together. */
export interface AttentionHeads {
  /** The name of the attention with `.heads`: `blocks.0.attn.heads`. */
  readonly name: string;
  readonly layout: LayerLayout;
}

const BETWEEN = new Set(['Identity', 'Dropout', 'Cast', 'Reshape', 'Mul']);

/**
 * Finds a vision transformer's attention heads by structure: the product of a softmax with values, [n, heads, tokens, d].
 *
 * @example attentionHeads(model, { widthPx: 224, heightPx: 224 })[0].layout.heads; // 12
 */
export function attentionHeads(model: Model, size: PictureSize): readonly AttentionHeads[] {
  const makers = new Map(model.graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const layers = discoverLayers(model);
  return model.graph.nodes.flatMap((node, index) => {
    if (node.op !== 'MatMul') return [];
    let maker = makers.get(node.inputs[0]!);
    while (maker && BETWEEN.has(maker.op)) maker = makers.get(maker.inputs[0]!);
    if (maker?.op !== 'Softmax') return [];
    const layout = layerLayout(model, node.outputs[0]!, size);
    if (layout.order !== 'nhtd') return [];
    const next = layers.find(({ nodeIndex, kind }) => nodeIndex > index && kind === 'dense');
    const base = next?.name.includes('.') ? next.name.slice(0, next.name.lastIndexOf('.')) : (next?.name ?? node.outputs[0]!);
    return [{ name: `${base}.heads`, layout }];
  });
}
