import type { Node } from '@incognita/onnx';
import { intOf, stringOf } from '../emit/attributes.js';
import type { Emitter } from '../emit/emitter.js';
import { resizeAdjoint, resizeTangent } from '../emit/resize.js';
import { MissingRuleError } from '../errors.js';
import type { Rule } from '../types.js';
import { linear } from './elementwise.js';

export const DepthToSpace: Rule = linear((e, node, g) => gatherBlocks(e, node, g, stringOf(node, 'mode', 'DCR') === 'CRD'));

export const SpaceToDepth: Rule = linear((e, node, g) =>
  e.op('DepthToSpace', [g], { blocksize: blocksizeOf(node), mode: 'DCR' }),
);

/** SpaceToDepth in the channel order asked for, by operators that WebGPU has. */
function gatherBlocks(e: Emitter, node: Node, g: string, channelFirst: boolean): string {
  const b = blocksizeOf(node);
  const sizes = e.op('Shape', [node.inputs[0]!]);
  const part = (from: number, to: number): string => e.op('Slice', [sizes, e.ints([from]), e.ints([to]), e.ints([0])]);
  const apart = e.op('Concat', [part(0, 1), e.ints([-1]), part(2, 3), e.ints([b]), part(3, 4), e.ints([b])], { axis: 0 });
  const perm = channelFirst ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4];
  return e.op('Reshape', [e.op('Transpose', [e.op('Reshape', [g, apart])], { perm }), sizes]);
}

function blocksizeOf(node: Node): number {
  return intOf(node, 'blocksize', 1);
}

/** Nearest, linear and cubic interpolation are linear in the picture. The region of a crop is taken as given. */
export const Resize: Rule = {
  vjp: ({ e, node, g, needs }) => {
    refuseRegion(node, needs(1));
    return [resizeAdjoint(e, node, g)];
  },
  jvp: ({ e, node, tangents: [t, region] }) => {
    refuseRegion(node, Boolean(region));
    return [resizeTangent(e, node, t!)];
  },
};

function refuseRegion(node: Node, asked: boolean): void {
  if (asked)
    throw new MissingRuleError(node, 'there is no gradient by the region that it crops; GridSample has one by its grid.');
}
