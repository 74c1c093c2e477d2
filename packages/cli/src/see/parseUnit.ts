import { UsageError } from '../errors.js';

/** One unit as the user named it: a layer and its channels. */
export interface UnitName {
  readonly layer: string;
  /** Channel numbers; null: none were named. */
  readonly channels: readonly (number | string)[] | null;
  /** `center`, `everywhere`, `class`, `register 0`, `3,4`; null: as the objective has it. */
  readonly at: string | null;
}

/** Several units in one picture. */
export interface UnitChain {
  readonly first: UnitName;
  readonly others: readonly { readonly operator: '+' | '-' | '*'; readonly unit: UnitName }[];
}

/**
 * Parses `fire4:17`, `fire4:0-7`, `fire4:3,8@center`, `class:goldfish`, `blocks.0:5@class`, and units joined by `+`, `-` or `*`:
 * `fire4:17+fire4:3`, `fire4:17 - fire6:2`.
 *
 * @throws UsageError that shows what was expected
 */
export function parseUnits(text: string): UnitChain {
  const pieces = text
    .split(/\s*([+*])\s*|\s+(-)\s+|(?<=:\d+)(-)(?=[A-Za-z_/])/)
    .filter((piece) => piece !== undefined && piece !== '');
  const units = pieces.filter((_, i) => i % 2 === 0).map((piece) => parseUnit(piece, text));
  const operators = pieces.filter((_, i) => i % 2 === 1) as ('+' | '-' | '*')[];
  if (units.length === 0 || units.length !== operators.length + 1) throw bad(text);
  for (const { channels } of units)
    if (units.length > 1 && channels?.length !== 1)
      throw new UsageError(`"${text}" joins units: each needs one channel, as in fire4:17+fire4:3`);
  return { first: units[0]!, others: operators.map((operator, i) => ({ operator, unit: units[i + 1]! })) };
}

function parseUnit(piece: string, whole: string): UnitName {
  const [path, at] = piece.split('@') as [string, string | undefined];
  const colon = path.lastIndexOf(':');
  const layer = colon < 0 ? path : path.slice(0, colon);
  if (layer === '') throw bad(whole);
  return { layer, channels: colon < 0 ? null : parseChannels(layer, path.slice(colon + 1), whole), at: at ?? null };
}

function parseChannels(layer: string, list: string, whole: string): (number | string)[] {
  if (layer === 'class' && !/^[\d,-]+$/.test(list)) return [list];
  return list.split(',').flatMap((part) => {
    const range = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (range === null) throw bad(whole);
    const [from, to] = [Number(range[1]), Number(range[2] ?? range[1])];
    if (to < from) throw bad(whole);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

function bad(text: string): UsageError {
  return new UsageError(
    `"${text}" names no unit. Expected LAYER, LAYER:CHANNEL, LAYER:FROM-TO or LAYER:A,B, with @center, @everywhere, @class or @ROW,COLUMN behind where wanted; class:NAME for a class`,
  );
}
