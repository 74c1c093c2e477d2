/** The name, without its ending, of what a run keeps of a step. */
export function stepFile(step: number): string {
  return String(step).padStart(8, '0');
}
