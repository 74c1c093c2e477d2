import { vjp } from '@incognita/autodiff';
import { GraphBuilder, type Model } from '@incognita/onnx';
import { LOGITS, PARAMETERS, type Parameterization } from '../parameterization/parameterization.js';

/** Names of inputs and outputs of the graphs here, beside {@link PARAMETERS}. */
export const PICTURE = 'picture';
export const PICTURE_GRADIENT = 'cotangent:picture';
export const PARAMETER_GRADIENT = `grad:${PARAMETERS}`;

/**
 * The two graphs between parameters and pictures: `forward` takes `parameters` to `picture` = sigmoid(logits), `backward` takes `picture` and
 * `cotangent:picture` (and `parameters`, where logits are not linear in them) to `grad:parameters` without computing the picture again, for
 * σ' = σ (1 − σ).
 */
export function parameterGraphs(
  parameterization: Parameterization,
  batch: number,
): { forward: Model; backward: Model /** Whether `backward` takes parameters. */; nonlinear: boolean } {
  const logits = parameterization.logitsGraph(batch);
  const dims = [batch, parameterization.planes, parameterization.heightPx, parameterization.widthPx];
  const f = new GraphBuilder({ opset: logits.opsets.get('')! });
  f.reserve([LOGITS]);
  f.input(PARAMETERS, 'float32', [batch, parameterization.size]);
  f.append(logits.graph.nodes, logits.graph.initializers);
  f.output(f.op('Sigmoid', [LOGITS], {}, { output: PICTURE }), 'float32', dims);

  const cotangent = `cotangent:${LOGITS}`;
  const adjoint = vjp(logits, { of: LOGITS, wrt: PARAMETERS, cotangent: { [LOGITS]: cotangent } });
  const nonlinear = adjoint.graph.inputs.some(({ name }) => name === PARAMETERS);
  const g = new GraphBuilder({ opset: logits.opsets.get('')!, prefix: 'sigmoid/' });
  if (nonlinear) g.input(PARAMETERS, 'float32', [batch, parameterization.size]);
  const picture = g.input(PICTURE, 'float32', dims);
  const gradient = g.input(PICTURE_GRADIENT, 'float32', dims);
  const slope = g.op('Mul', [picture, g.op('Sub', [g.f32(1), picture])]);
  g.op('Mul', [gradient, slope], {}, { output: cotangent });
  g.append(adjoint.graph.nodes, adjoint.graph.initializers);
  g.output(PARAMETER_GRADIENT, 'float32', [batch, parameterization.size]);
  return { forward: { ...logits, graph: f.graph() }, backward: { ...logits, graph: g.graph() }, nonlinear };
}
