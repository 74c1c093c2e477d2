/**
 * Order of paths as people count: folder by folder, runs of digits by their value (`cat2` before `cat10`), all else by
 * UTF-16 code units. The same on every machine, whatever its language.
 */
export function naturalOrder(a: string, b: string): number {
  const partsA = a.split('/');
  const partsB = b.split('/');
  for (let i = 0; i < Math.min(partsA.length, partsB.length); i++) {
    const order = compareNames(partsA[i]!, partsB[i]!);
    if (order !== 0) return order;
  }
  // Names that differ in leading zeros only (`1`, `01`) still need one order.
  return partsA.length - partsB.length || compareCodeUnits(a, b);
}

function compareNames(a: string, b: string): number {
  const runsA = a.match(/\d+|\D+/g) ?? [];
  const runsB = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(runsA.length, runsB.length); i++) {
    const [runA, runB] = [runsA[i]!, runsB[i]!];
    const order = isNumber(runA) && isNumber(runB) ? compareNumbers(runA, runB) : compareCodeUnits(runA, runB);
    if (order !== 0) return order;
  }
  return runsA.length - runsB.length;
}

function isNumber(run: string): boolean {
  return /^\d/.test(run);
}

/** By value, without rounding: the shorter number without its leading zeros is the smaller. */
function compareNumbers(a: string, b: string): number {
  const [digitsA, digitsB] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return digitsA.length - digitsB.length || compareCodeUnits(digitsA, digitsB);
}

function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
