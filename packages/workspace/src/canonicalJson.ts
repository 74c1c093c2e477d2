/** A value that JSON can hold. `undefined` members of objects are left out, as `JSON.stringify` does. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * The one JSON text of a value: keys in order of their UTF-16 code units, no white space, numbers as ECMAScript prints
 * them. Equal values have equal texts, so the text can be hashed. Source: RFC 8785 (JSON Canonicalization Scheme).
 *
 * @throws TypeError for NaN, infinities, `undefined` in arrays, functions, typed arrays and class instances, which JSON would
 * change silently; the message names the place.
 * @example canonicalJson({ b: 1, a: [true] }) // '{"a":[true],"b":1}'
 */
export function canonicalJson(value: unknown): string {
  return print(value, '$');
}

function print(value: unknown, place: string): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      throw new TypeError(`${place} is ${value}, which JSON cannot hold. Use null or a string for it.`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item, i) => print(item, `${place}[${i}]`)).join(',')}]`;
  if (isPlainObject(value)) {
    const members = Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${print(value[key], `${place}.${key}`)}`);
    return `{${members.join(',')}}`;
  }
  const kind = typeof value === 'object' ? (value.constructor?.name ?? 'object') : typeof value;
  throw new TypeError(
    `${place} is ${article(kind)} ${kind}, which JSON cannot hold. Use plain objects, arrays, strings and numbers.`,
  );
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function article(word: string): string {
  return /^[aeiou]/i.test(word) ? 'an' : 'a';
}
