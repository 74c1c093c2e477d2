import { fromByteLevel } from './byteLevel.js';
import type { Scheme } from './scheme.js';

const FALLBACK = /^<0x([0-9A-Fa-f]{2})>$/;

/**
 * The bytes of text that a token stands for. Bytes of several tokens may be one character together.
 *
 * @example
 * tokenBytes('▁caf', scheme); // ' caf'
 * tokenBytes('<0x0A>', scheme); // '\n'
 */
export function tokenBytes(token: string, scheme: Scheme): Uint8Array {
  if (scheme.spelling === 'byteLevel') return fromByteLevel(token);
  const byte = FALLBACK.exec(token);
  if (byte !== null) return Uint8Array.of(Number.parseInt(byte[1]!, 16));
  let text = token;
  if (scheme.prefix !== '' && text.startsWith(scheme.prefix)) text = text.slice(scheme.prefix.length);
  if (scheme.suffix !== '' && text.endsWith(scheme.suffix)) text = text.slice(0, -scheme.suffix.length);
  if (scheme.spelling === 'metaspace') text = text.replaceAll('▁', ' ');
  return new TextEncoder().encode(text);
}
