/** Where a key leads from a place among maps that stand in rows; null for other keys. */
export function placeByKey(
  key: string,
  place: number,
  { across, channels }: { readonly across: number; readonly channels: number },
): number | null {
  const steps: Readonly<Record<string, number>> = {
    ...{ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across, PageUp: -5 * across, PageDown: 5 * across },
    ...{ Home: -channels, End: channels },
  };
  const step = steps[key];
  return step === undefined ? null : Math.max(0, Math.min(channels - 1, place + step));
}
