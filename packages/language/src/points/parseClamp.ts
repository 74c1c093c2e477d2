import { ClampError, type PointClamp, type Where } from './clamp.js';

type NumberKind = 'set' | 'add' | 'scale';

/** A clamp as a user writes it; a value in a file is given by its name. */
export type WrittenClamp =
  | { readonly clamp: PointClamp }
  | {
      readonly file: string;
      readonly clamp: { readonly point: string; readonly kind: NumberKind; readonly strength: number } & Where;
    };

const FORM = /^([\w.]+)(?:\[([^\]]*)\])?=(\w+|[-+.\d][-+.\deE]*)(?::(.*))?$/s;

/**
 * Reads a clamp from one line: `POINT[h=HEADS,p=POSITIONS,k=KEYS]=KIND:VALUE`. Heads, positions and keys are numbers and ranges joined by `+`
 * (`0+2:5` is 0, 2, 3, 4). Kinds: `zero`, `mean`, `mean:TEXT`, `patch:TEXT`, `set:NUMBER`, `add:NUMBER`, `scale:NUMBER`; a number alone sets. Instead
 * of a number `@FILE` names a file of values, `@FILE*2` with a strength.
 *
 * @throws ClampError with the form.
 * @example
 * parseClamp('z.2[h=3]=zero'); // { clamp: { point: 'z.2', kind: 'zero', heads: [3] } }
 * parseClamp('resid_post.4=add:@golden.safetensors*8');
 */
export function parseClamp(text: string): WrittenClamp {
  const match = FORM.exec(text);
  if (match === null) throw bad(text, 'it is not of the form POINT[h=…,p=…,k=…]=KIND:VALUE');
  const [, point, places, kind, value] = match as unknown as [string, string, string | undefined, string, string | undefined];
  const where = parseWhere(text, places ?? '');
  switch (kind) {
    case 'zero':
      return { clamp: { point, kind, ...where } };
    case 'mean':
      return { clamp: value === undefined ? { point, kind, ...where } : { point, kind, over: [value], ...where } };
    case 'patch':
      if (value === undefined) throw bad(text, 'patch needs the text to take values from, as in z.0=patch:Once upon a time');
      return { clamp: { point, kind, from: value, ...where } };
    case 'set':
    case 'add':
    case 'scale': {
      const file = value === undefined ? null : /^@(.+?)(?:\*([-+.\deE]+))?$/.exec(value);
      if (file !== null) return { file: file[1]!, clamp: { point, kind, strength: numberOf(text, file[2] ?? '1'), ...where } };
      return { clamp: { point, kind, value: numberOf(text, value), ...where } as PointClamp };
    }
    default:
      return { clamp: { point, kind: 'set', value: numberOf(text, kind), ...where } };
  }
}

function numberOf(text: string, value: string | undefined): number {
  const number = Number(value);
  if (value === undefined || value.trim() === '' || !Number.isFinite(number))
    throw bad(text, `"${value ?? ''}" is no number, nor a kind of clamp (zero, mean, patch, set, add, scale)`);
  return number;
}

function parseWhere(text: string, places: string): Where {
  const where: { heads?: number[]; positions?: number[]; keys?: number[] } = {};
  for (const place of places.split(',').filter((one) => one.trim() !== '')) {
    const [name, list] = place.split('=').map((part) => part.trim());
    const key = ({ h: 'heads', p: 'positions', k: 'keys' } as const)[name as 'h'];
    if (key === undefined || list === undefined) throw bad(text, `"${place}" is not h=…, p=… or k=…`);
    where[key] = list.split('+').flatMap((part) => rangeOf(text, part));
  }
  return where;
}

function rangeOf(text: string, part: string): number[] {
  const [from, to] = part.split(':').map((end) => numberOf(text, end));
  return to === undefined ? [from!] : Array.from({ length: Math.max(0, to - from!) }, (_, i) => from! + i);
}

function bad(text: string, why: string): ClampError {
  return new ClampError(`The clamp "${text}" cannot be read: ${why}.`);
}
