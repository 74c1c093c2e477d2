/**
 * Keeps a loop from running away from who reads: hands steps on and, where `lead` of them wait to be taken, gives a promise that resolves when one more was.
 *
 * @param onStep resolves when the reader took the step.
 */
export function paced<T>(onStep: (step: T) => Promise<void>, lead: number): (step: T) => Promise<void> | undefined {
  let ahead = 0;
  let wake: (() => void) | undefined;
  return (step) => {
    ahead++;
    void onStep(step).then(() => {
      ahead--;
      wake?.();
    });
    return ahead < lead ? undefined : new Promise((resolve) => (wake = resolve));
  };
}
