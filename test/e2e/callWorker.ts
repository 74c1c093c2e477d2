import type { Page } from 'playwright-core';

/**
 * Calls a worker of its own with the code of the page's, as the page does, and gives the answers; `steps` holds what came on the way, `events`
 * the changes of engine that the worker told of.
 *
 * @param url of the worker's code; default that of the page's own.
 */
export function callWorker(
  page: Page,
  calls: readonly (readonly [string, object])[],
  url = page.workers()[0]!.url(),
): Promise<Record<string, unknown>[]> {
  return page.evaluate(
    async ({ url, calls }) => {
      const worker = new Worker(url, { type: 'module' });
      const answers: Record<string, unknown>[] = [];
      for (const [id, [call, args]] of calls.entries()) {
        const steps: unknown[] = [];
        const events: unknown[] = [];
        const done = new Promise<Record<string, unknown>>((resolve) => {
          worker.onmessage = ({ data }) => {
            if (data.event?.engine) events.push(data.event);
            if (data.id !== id) return;
            if ('step' in data) steps.push(data.step);
            else resolve(data);
          };
        });
        // Typed arrays do not come through the debugger.
        const { picture } = args as { picture?: { data: number[] } };
        const sent = picture ? { ...args, picture: { ...picture, data: Uint8ClampedArray.from(picture.data) } } : args;
        worker.postMessage({ id, call, args: sent });
        const text = JSON.stringify(await done, (_, v) => (ArrayBuffer.isView(v) ? [...(v as Uint8Array)] : v));
        answers.push({ ...JSON.parse(text), steps, events });
      }
      worker.terminate();
      return answers;
    },
    { url, calls },
  );
}
