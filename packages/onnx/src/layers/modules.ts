import type { Candidate, Structure } from './candidates.js';
import { hasWord, moduleScope, shortName, weightScope } from './scope.js';

const RESHAPING = new Set(['Reshape', 'Transpose', 'Identity', 'Squeeze', 'Unsqueeze', 'Flatten']);

/** What the exporter's module paths say about candidates. */
export class Modules {
  readonly #structure: Structure;
  readonly #scopes = new Map<Candidate, string | null>();
  /** How many convolutions and joins lie in each module. */
  readonly #population = new Map<string, number>();
  /** The last tensor that leaves each module, where it is a candidate's. */
  readonly #exits = new Map<string, string>();

  constructor(structure: Structure, candidates: readonly Candidate[]) {
    this.#structure = structure;
    for (const c of candidates) {
      const weighted = c.kind === 'conv' || c.kind === 'dense';
      const scope = (weighted ? weightScope(c.node, structure.graph) : null) ?? moduleScope(c.node);
      this.#scopes.set(c, scope === '' ? null : scope);
      if (scope === null || c.kind === 'pool') continue;
      for (const module of ancestors(scope)) this.#population.set(module, (this.#population.get(module) ?? 0) + 1);
    }
    this.#findExits();
  }

  #findExits(): void {
    const inside = new Map(this.#structure.graph.nodes.map((node) => [node, new Set(ancestors(moduleScope(node) ?? ''))]));
    for (const node of this.#structure.graph.nodes) {
      const modules = inside.get(node)!;
      for (const tensor of node.outputs) {
        const next = this.#structure.readers.get(tensor) ?? [];
        for (const module of modules)
          if (this.#structure.outputs.has(tensor) || next.some((reader) => !inside.get(reader)!.has(module)))
            this.#exits.set(module, tensor);
      }
    }
  }

  /**
   * Puts candidates where their modules end: a join that only its own module reads is moved to the module's output when
   * nothing but changes of shape lie between (ShuffleNet), and goes otherwise (the beginning of DenseNet's layers). A
   * convolution that ends a module of the kind that other blocks are (MobileNet's blocks without a residual) is a block.
   */
  place(candidates: readonly Candidate[]): Candidate[] {
    const placed = candidates.map((c) => (c.kind === 'block' ? this.#atOutput(c) : c)).filter((c) => c !== null);
    const patterns = new Set(placed.flatMap((c) => (c.kind === 'block' ? [patternOf(this.#scopes.get(c) ?? '')] : [])));
    const tensors = new Set<string>();
    return placed
      .map((c): Candidate => {
        if (c.kind !== 'conv') return c;
        const scope = this.#ending(c).find((module) => patterns.has(patternOf(module)));
        if (scope === undefined) return c;
        const block: Candidate = { ...c, kind: 'block' };
        this.#scopes.set(block, scope);
        return block;
      })
      .filter((c) => !tensors.has(c.tensor) && tensors.add(c.tensor));
  }

  #atOutput(c: Candidate): Candidate | null {
    const scope = this.#scopes.get(c);
    if (scope == null || this.#leaves(c.tensor, scope)) return c;
    const exit = this.#exits.get(scope);
    if (exit === undefined) return c;
    let tensor = exit;
    while (tensor !== c.tensor) {
      const maker = this.#structure.makers.get(tensor);
      if (maker === undefined || !RESHAPING.has(maker.op)) return null;
      tensor = maker.inputs[0]!;
    }
    const shape = this.#structure.types.get(exit)?.shape ?? null;
    if (shape === null) return null;
    const moved: Candidate = { ...c, tensor: exit, shape };
    this.#scopes.set(moved, scope);
    return moved;
  }

  #leaves(tensor: string, module: string): boolean {
    const next = this.#structure.readers.get(tensor) ?? [];
    return this.#structure.outputs.has(tensor) || next.some((node) => !ancestors(moduleScope(node) ?? '').includes(module));
  }

  /** Modules of several layers that end in a candidate, innermost first. */
  #ending(c: Candidate): string[] {
    return ancestors(this.#scopes.get(c) ?? '')
      .filter((module) => this.#exits.get(module) === c.tensor && this.#population.get(module)! > 1)
      .reverse();
  }

  names(c: Candidate): { readonly name: string | null; readonly aliases: readonly string[] } {
    const scope = this.#scopes.get(c) ?? null;
    if (scope === null) return { name: null, aliases: [] };
    const path = ancestors(scope);
    // A module around a single convolution (conv + normalisation + activation) gives it its name.
    let own = path.length - 1;
    while (c.kind !== 'block' && own > 0 && this.#population.get(path[own - 1]!) === 1) own--;
    const outer = path.slice(0, own).filter((module) => this.#exits.get(module) === c.tensor && hasWord(module));
    const full = path[own]!;
    const name = shortName(full);
    return { name, aliases: [full, ...outer, ...outer.map(shortName)].filter((alias) => alias !== name) };
  }
}

/** A module path with its numbers left out: what siblings have in common. */
function patternOf(scope: string): string {
  return scope.replace(/\d+/g, '#');
}

/** A module path and the modules around it, outermost first: `a.b.c` → `a`, `a.b`, `a.b.c`. */
function ancestors(scope: string): string[] {
  if (scope === '') return [];
  const parts = scope.split('.');
  return parts.map((_, i) => parts.slice(0, i + 1).join('.'));
}
