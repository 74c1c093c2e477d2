/** Channels in the order in which they are shown: by number, or those with the largest values first. @param ranges [channels, 2] */
export function orderOf(ranges: Float32Array, order: 'index' | 'strength'): Uint32Array {
  const channels = Uint32Array.from({ length: ranges.length / 2 }, (_, c) => c);
  if (order === 'index') return channels;
  return channels.sort((a, b) => ranges[2 * b + 1]! - ranges[2 * a + 1]! || a - b);
}
