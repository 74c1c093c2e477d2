import type { Dim } from '../types.js';

/** A polynomial with integer coefficients: from monomials (sorted atoms, joined by {@link JOIN}; '' is the constant) to coefficients. */
type Polynomial = ReadonlyMap<string, number>;
const JOIN = '\0';

/**
 * Arithmetic of dimensions that may be symbols. Results are numbers, or canonical expressions of the symbols such as
 * `floor((h-1)/2)+1`: two dimensions that are equal by construction get the same text. null stands for unknown and swallows all.
 * Symbols are taken to be positive integers.
 */
export class DimAlgebra {
  readonly #known = new Map<string, Polynomial>();

  add(a: Dim, b: Dim): Dim {
    return this.#lift(a, b, (p, q) => plus(p, q, 1));
  }

  sub(a: Dim, b: Dim): Dim {
    return this.#lift(a, b, (p, q) => plus(p, q, -1));
  }

  mul(a: Dim, b: Dim): Dim {
    if (a === 0 || b === 0) return 0;
    return this.#lift(a, b, times);
  }

  product(dims: readonly Dim[]): Dim {
    return dims.reduce<Dim>((a, b) => this.mul(a, b), 1);
  }

  /** ⌊a / b⌋, for positive b. */
  floorDiv(a: Dim, b: Dim): Dim {
    if (typeof a === 'number' && typeof b === 'number') return b === 0 ? null : Math.floor(a / b);
    if (a !== null && a === b) return 1;
    return this.#lift(a, b, (p, q) => {
      if (q.size !== 1) return atom(`floor(${wrap(render(p))}/${wrap(render(q))})`);
      const [[monomial, coefficient]] = q as unknown as [[string, number]];
      const whole = new Map<string, number>();
      const rest = new Map<string, number>();
      for (const [m, c] of p) {
        const reduced = without(m, monomial);
        if (reduced !== null && c % coefficient === 0) whole.set(reduced, c / coefficient);
        else if (m === '' && monomial === '') {
          // ⌊(x + c) / k⌋ = ⌊(x + c mod k) / k⌋ + ⌊c / k⌋
          whole.set('', Math.floor(c / coefficient));
          rest.set('', c - Math.floor(c / coefficient) * coefficient);
        } else rest.set(m, c);
      }
      if (rest.size === 0) return whole;
      if (rest.size === 1 && monomial === '' && rest.has('')) return whole;
      return plus(whole, atom(`floor(${wrap(render(rest))}/${wrap(render(q))})`), 1);
    });
  }

  /** ⌈a / b⌉, for positive b. */
  ceilDiv(a: Dim, b: Dim): Dim {
    if (typeof a === 'number' && typeof b === 'number') return b === 0 ? null : Math.ceil(a / b);
    return this.floorDiv(this.add(a, this.sub(b, 1)), b);
  }

  min(a: Dim, b: Dim): Dim {
    return this.#extreme('min', a, b);
  }

  max(a: Dim, b: Dim): Dim {
    return this.#extreme('max', a, b);
  }

  #extreme(kind: 'min' | 'max', a: Dim, b: Dim): Dim {
    if (a === b) return a;
    if (a === null || b === null) return null;
    if (typeof a === 'number' && typeof b === 'number') return Math[kind](a, b);
    const difference = this.sub(a, b);
    if (typeof difference === 'number') return difference > 0 === (kind === 'max') ? a : b;
    if (difference !== null && neverNegative(this.#parse(difference))) return kind === 'max' ? a : b;
    const opposite = this.sub(b, a);
    if (opposite !== null && neverNegative(this.#parse(opposite))) return kind === 'max' ? b : a;
    return this.#finish(atom(`${kind}(${[String(a), String(b)].sort().join(',')})`));
  }

  #lift(a: Dim, b: Dim, combine: (p: Polynomial, q: Polynomial) => Polynomial): Dim {
    // A shape rule may ask beyond the rank of a tensor that a broken model gives it.
    if (a == null || b == null) return null;
    return this.#finish(combine(this.#parse(a), this.#parse(b)));
  }

  #parse(dim: number | string): Polynomial {
    if (typeof dim === 'number') return dim === 0 ? new Map() : new Map([['', dim]]);
    return this.#known.get(dim) ?? atom(dim);
  }

  #finish(p: Polynomial): Dim {
    if (p.size === 0) return 0;
    if (p.size === 1 && p.has('')) return p.get('')!;
    // Expressions that grow without bound help nobody, and hostile graphs could make them.
    const text = render(p);
    if (text.length > 300) return null;
    this.#known.set(text, p);
    return text;
  }
}

function atom(name: string): Polynomial {
  // Exporters name symbols as they like ("s0 + 1"); parentheses keep such a name whole inside a larger expression.
  const plain = /^\w+$|^(floor|min|max)\(.*\)$|^\(.*\)$/s.test(name);
  return new Map([[plain ? name : `(${name})`, 1]]);
}

/** Whether a sum of products of symbols is at least 0 whatever they are: each of them is at least 1. */
function neverNegative(p: Polynomial): boolean {
  let least = 0;
  for (const [m, c] of p) {
    if (m !== '' && (c < 0 || !m.split(JOIN).every((symbol) => /^\w+$/.test(symbol)))) return false;
    least += c;
  }
  return least >= 0;
}

function plus(p: Polynomial, q: Polynomial, sign: number): Polynomial {
  const sum = new Map(p);
  for (const [m, c] of q) {
    const value = (sum.get(m) ?? 0) + sign * c;
    if (value === 0) sum.delete(m);
    else sum.set(m, value);
  }
  return sum;
}

function times(p: Polynomial, q: Polynomial): Polynomial {
  let sum: Polynomial = new Map();
  for (const [m, c] of p) for (const [n, d] of q) sum = plus(sum, new Map([[joinMonomials(m, n), c * d]]), 1);
  return sum;
}

function joinMonomials(m: string, n: string): string {
  if (m === '' || n === '') return m + n;
  return [...m.split(JOIN), ...n.split(JOIN)].sort().join(JOIN);
}

/** A monomial divided by another, or null where it does not divide. */
function without(monomial: string, divisor: string): string | null {
  if (divisor === '') return monomial;
  const atoms = monomial === '' ? [] : monomial.split(JOIN);
  for (const a of divisor.split(JOIN)) {
    const at = atoms.indexOf(a);
    if (at < 0) return null;
    atoms.splice(at, 1);
  }
  return atoms.join(JOIN);
}

function render(p: Polynomial): string {
  const terms = [...p].sort(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a < b ? -1 : 1));
  let text = '';
  for (const [m, c] of terms) {
    const sign = c < 0 ? '-' : text === '' ? '' : '+';
    const size = Math.abs(c);
    const symbols = m.replaceAll(JOIN, '*');
    text += sign + (m === '' ? String(size) : size === 1 ? symbols : `${size}*${symbols}`);
  }
  return text === '' ? '0' : text;
}

function wrap(text: string): string {
  return /[*+-]/.test(text) ? `(${text})` : text;
}
