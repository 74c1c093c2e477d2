import type { Node } from '@incognita/onnx';
import { attends } from './attention.js';
import type { Flow } from './flow.js';
import type { SpineStep } from './spine.js';

/** One thing that is added to the stream, with all nodes from the stream to it. */
export interface Branch {
  readonly kind: 'attention' | 'mlp';
  readonly write: string;
  readonly nodes: readonly Node[];
}

/** An attention and an MLP, or one of them. */
export interface Block {
  readonly before: string;
  readonly between: string | null;
  readonly after: string;
  readonly attention: Branch | null;
  readonly mlp: Branch | null;
  /** What its steps add, where it is more than an attention and an MLP. */
  readonly odd: string | null;
}

/** A step of the stream with what it adds. */
export interface BranchedStep extends SpineStep {
  readonly branches: readonly Branch[];
}

/** What a step adds: an attention, a perceptron, or both side by side. What is more (experts that are added to each other) is taken as one where it is one tensor. */
export function writesOf(flow: Flow, step: SpineStep): BranchedStep {
  const branchesOf = (writes: readonly string[]): Branch[] =>
    writes.map((write) => {
      const nodes = flow.between(step.before, write);
      return { kind: attends(flow, nodes) ? 'attention' : 'mlp', write, nodes };
    });
  const [apart, whole] = [branchesOf(step.writes), branchesOf(step.whole)];
  return { ...step, branches: isSimple(apart) || !isSimple(whole) ? apart : whole };
}

function isSimple(branches: readonly Branch[]): boolean {
  return branches.length === 1 || (branches.length === 2 && branches[0]!.kind !== branches[1]!.kind);
}

/** Puts the steps of the stream together to blocks: an attention, and the MLP that follows it or runs beside it. */
export function blocksOf(steps: readonly BranchedStep[]): Block[] {
  const blocks: Block[] = [];
  for (const { before, after, branches } of steps) {
    const attention = branches.find((branch) => branch.kind === 'attention') ?? null;
    const mlp = branches.find((branch) => branch.kind === 'mlp') ?? null;
    const odd = isSimple(branches) ? null : `${branches.length} branches are added to the stream at once`;
    const open = blocks.at(-1);
    if (open !== undefined && attention === null && open.mlp === null)
      blocks[blocks.length - 1] = { ...open, mlp, between: open.after, after, odd: open.odd ?? odd };
    else blocks.push({ before, between: null, after, attention, mlp, odd });
  }
  return blocks;
}
