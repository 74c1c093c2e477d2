import { InvalidArgumentError } from 'commander';

/** Parses a whole number that is at least `least`. */
export function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least)
      throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`);
    return value;
  };
}

/** Parses a number from `least` to `most`. */
export function real(least: number, most = Infinity): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= least && value <= most))
      throw new InvalidArgumentError(
        `Expected a number ${most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`}.`,
      );
    return value;
  };
}
