import { recurrenceOf } from '@incognita/onnx';
import { forwardIf, reverseIf } from '../control/conditional.js';
import { forwardRecurrence } from '../control/forwardRecurrence.js';
import { reverseRecurrence } from '../control/reverseRecurrence.js';
import { MissingRuleError } from '../errors.js';
import type { Rule } from '../types.js';

/** A branch is chosen by data: so is its derivative. */
export const If: Rule = { vjp: reverseIf, jvp: forwardIf };

const recurrent: Rule = {
  vjp: (call) => reverseRecurrence(call, demand(call.node)),
  jvp: (call) => forwardRecurrence(call, demand(call.node)),
};

/** Backwards a Scan in reverse, forwards a Scan of states and tangents. */
export const Scan: Rule = { ...recurrent };

/** Backwards a Loop over the iterations that were made, the last first; forwards a Loop of states and tangents. */
export const Loop: Rule = { ...recurrent };

function demand(node: Parameters<typeof recurrenceOf>[0]) {
  const recurrence = recurrenceOf(node);
  if (!recurrence) throw new MissingRuleError(node, 'its body does not fit its inputs.');
  return recurrence;
}
