/** The learning rate over a run, as a factor of its peak. */
export type Schedule =
  /** Always the peak. */
  | { readonly kind: 'constant' }
  /** Rises from zero over the first steps, then falls along half a cosine to `final` of the peak. Source: Loshchilov and Hutter 2017, SGDR. */
  | { readonly kind: 'cosine'; readonly warmupSteps: number; readonly final?: number }
  /** Multiplied by `factor` after each so many steps; AlexNet's was lowered three times by ten. */
  | { readonly kind: 'step'; readonly everySteps: number; readonly factor: number };

/** Factor of the peak learning rate at a step (counted from 0) of `steps`. */
export function scheduleFactor(schedule: Schedule, step: number, steps: number): number {
  if (schedule.kind === 'constant') return 1;
  if (schedule.kind === 'step') return schedule.factor ** Math.floor(step / schedule.everySteps);
  const { warmupSteps, final = 0 } = schedule;
  if (step < warmupSteps) return (step + 1) / warmupSteps;
  const done = Math.min(1, (step - warmupSteps) / Math.max(1, steps - warmupSteps));
  return final + (1 - final) * 0.5 * (1 + Math.cos(Math.PI * done));
}
