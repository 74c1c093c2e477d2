import type { Flow } from './flow.js';

/** One addition to the residual stream. */
export interface SpineStep {
  /** The stream before. */
  readonly before: string;
  /** What is added, each a tensor; more than one where branches run side by side (GPT-NeoX, GPT-J). */
  readonly writes: readonly string[];
  /** The same as they are added, before sums of branches were taken apart. */
  readonly whole: readonly string[];
  /** The stream after. */
  readonly after: string;
}

/** The residual stream from the embeddings to the last block. */
export interface Spine {
  readonly embeddings: string;
  readonly steps: readonly SpineStep[];
  readonly last: string;
}

/**
 * Walks the residual stream back from its end. In `stream + branch` the stream is the term whose numbers go into all the others:
 * the branch has read it. A sum in which no term reads another is the sum of embeddings, where the stream begins.
 */
export function findSpine(flow: Flow, last: string, width: number): Spine {
  const steps: SpineStep[] = [];
  let after = last;
  for (;;) {
    const step = stepBefore(flow, after, width);
    if (step === null) return { embeddings: after, steps: steps.reverse(), last };
    steps.push(step);
    after = step.before;
  }
}

function stepBefore(flow: Flow, after: string, width: number): SpineStep | null {
  let terms: string[] | null = termsOf(flow, after, width);
  if (terms === null) return null;
  for (;;) {
    const stream: string | undefined = terms.find((term) => terms!.every((other) => other === term || flow.reaches(term, other)));
    if (stream !== undefined) {
      const whole = terms.filter((term) => term !== stream);
      const writes = whole.flatMap((term) => apart(flow, term, stream, width));
      return { before: flow.back(stream), writes, whole, after };
    }
    const sums: string[] = terms.filter((term) => termsOf(flow, term, width) !== null);
    if (sums.length === 0) return null;
    const latest = sums.reduce((a, b) => (flow.order(flow.maker(flow.back(b))!) > flow.order(flow.maker(flow.back(a))!) ? b : a));
    terms = [...terms.filter((term) => term !== latest), ...termsOf(flow, latest, width)!];
  }
}

/** The two terms of a sum of streams; null where a tensor is none (a bias does not make one). */
function termsOf(flow: Flow, tensor: string, width: number): string[] | null {
  const node = flow.maker(flow.back(tensor));
  if (node === undefined || node.domain !== '' || (node.op !== 'Add' && node.op !== 'Sum')) return null;
  const wide = node.inputs.every((name) => !flow.isConstant(name) && (flow.width(name) ?? width) === width);
  return wide && node.inputs.length > 1 ? [...node.inputs] : null;
}

/** Branches that were added to each other before they were added to the stream. */
function apart(flow: Flow, term: string, stream: string, width: number): string[] {
  const terms = termsOf(flow, term, width);
  if (terms === null) return [term];
  const independent = terms.every(
    (one) => flow.reaches(stream, one) && terms.every((other) => other === one || !flow.reaches(other, one)),
  );
  return independent ? terms.flatMap((one) => apart(flow, one, stream, width)) : [term];
}
