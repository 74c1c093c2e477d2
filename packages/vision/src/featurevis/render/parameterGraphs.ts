import { vjp } from '@incognita/autodiff';
import { GraphBuilder, type Model } from '@incognita/onnx';
import { LOGITS, PARAMETERS, type Parameterization } from '../parameterization/parameterization.js';

/** Names of inputs and outputs of the graphs here, beside {@link PARAMETERS}. */
export const PICTURE = 'picture';
export const PICTURE_GRADIENT = 'cotangent:picture';
export const PARAMETER_GRADIENT = `grad:${PARAMETERS}`;

/**
 * The two graphs between parameters and pictures: `forward` takes `parameters` to `picture` = sigmoid(A · parameters), `backward` takes `picture` and
 * `cotangent:picture` to `grad:parameters` without computing the picture again, for σ' = σ (1 − σ).
 */
export function parameterGraphs(parameterization: Parameterization, batch: number): { forward: Model; backward: Model } {
  const linear = parameterization.linearGraph(batch);
  const dims = [batch, 3, parameterization.heightPx, parameterization.widthPx];
  const f = new GraphBuilder({ opset: linear.opsets.get('')! });
  f.reserve([LOGITS]);
  f.input(PARAMETERS, 'float32', [batch, parameterization.size]);
  f.append(linear.graph.nodes, linear.graph.initializers);
  f.output(f.op('Sigmoid', [LOGITS], {}, { output: PICTURE }), 'float32', dims);

  const cotangent = `cotangent:${LOGITS}`;
  const adjoint = vjp(linear, { of: LOGITS, wrt: PARAMETERS, cotangent: { [LOGITS]: cotangent } });
  const g = new GraphBuilder({ opset: linear.opsets.get('')!, prefix: 'sigmoid/' });
  const picture = g.input(PICTURE, 'float32', dims);
  const gradient = g.input(PICTURE_GRADIENT, 'float32', dims);
  const slope = g.op('Mul', [picture, g.op('Sub', [g.f32(1), picture])]);
  g.op('Mul', [gradient, slope], {}, { output: cotangent });
  g.append(adjoint.graph.nodes, adjoint.graph.initializers);
  g.output(PARAMETER_GRADIENT, 'float32', [batch, parameterization.size]);
  return { forward: { ...linear, graph: f.graph() }, backward: { ...linear, graph: g.graph() } };
}
