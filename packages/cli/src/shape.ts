import { InvalidArgumentError } from 'commander';

/** Parses `image=n,3,96,96`: an input and its sizes, numbers or symbols. */
export function parseShape(text: string): readonly [string, readonly (number | string)[]] {
  const at = text.lastIndexOf('=');
  const sizes = text.slice(at + 1).split(',');
  const plain = sizes.every((size) => /^[1-9]\d*$/.test(size) || /^[A-Za-z_]\w*$/.test(size));
  if (at < 1 || !plain) throw new InvalidArgumentError('Expected an input and its sizes, as in image=n,3,96,96.');
  return [text.slice(0, at), sizes.map((size) => (/^\d/.test(size) ? Number(size) : size))];
}
