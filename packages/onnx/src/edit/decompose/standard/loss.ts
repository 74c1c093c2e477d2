import type { Rewrite, RewriteContext } from '../../rewrite/context.js';

/** −weight · log p of the class that is right, of log p [n, c, …] and classes [n, …]. */
export const NegativeLogLikelihoodLoss: Rewrite = (c) => [negativeLogLikelihood(c, c.input(0))];

/** The same of scores instead of logarithms of probabilities, which are the second output. */
export const SoftmaxCrossEntropyLoss: Rewrite = (c) => {
  const logarithms = c.op('LogSoftmax', [c.input(0)], { axis: 1 });
  return [negativeLogLikelihood(c, logarithms), logarithms];
};

function negativeLogLikelihood(c: RewriteContext, logarithms: string): string {
  const [target, weight] = [c.input(1), c.input(2)];
  const ignored =
    c.node.attributes.ignore_index === undefined ? '' : c.op('Equal', [target, c.scalar(c.int('ignore_index', 0), target)]);
  const classes = ignored === '' ? target : c.op('Where', [ignored, c.scalar(0, target), target]);
  const column = c.op('Unsqueeze', [classes, c.vector([1])]);
  const picked = c.op('Squeeze', [c.op('GatherElements', [logarithms, column], { axis: 1 }), c.vector([1])]);
  const losses = c.op('Neg', [picked]);
  const reduction = c.string('reduction', 'mean');
  const total = (x: string): string => c.op('ReduceSum', [x], { keepdims: 0 });
  if (weight === '' && ignored === '') {
    if (reduction === 'none') return losses;
    return c.op(reduction === 'sum' ? 'ReduceSum' : 'ReduceMean', [losses], { keepdims: 0 });
  }
  const zero = c.scalar(0, losses);
  const each = weight === '' ? c.scalar(1, losses) : c.op('Gather', [weight, classes]);
  const weights = ignored === '' ? each : c.op('Where', [ignored, zero, each]);
  const weighted = c.op('Mul', [losses, weights]);
  if (reduction === 'none') return weighted;
  return reduction === 'sum' ? total(weighted) : c.op('Div', [total(weighted), total(weights)]);
}
