import type { FromWorker, ToWorker } from './calls.js';

/** What a function of a worker gets beside its arguments. */
export interface CallContext {
  readonly signal: AbortSignal;
  step(value: unknown): void;
}

/** Functions by the name under which a page calls them. */
export type Calls = Readonly<Record<string, (args: never, context: CallContext) => unknown>>;

interface Scope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
}

const scope = self as unknown as Scope;

/** The worker's end: answers the calls of a page. Returns a function that tells the page something of its own accord. */
export function serveCalls(calls: Calls): (event: unknown) => void {
  const running = new Map<number, AbortController>();
  scope.onmessage = async ({ data }) => {
    if ('cancel' in data) return running.get(data.cancel)?.abort(new DOMException('cancelled', 'AbortError'));
    const { id, call, args } = data;
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const context = { signal: controller.signal, step: (step: unknown) => scope.postMessage({ id, step }) };
      const value = await calls[call]!(args as never, context);
      scope.postMessage({ id, value });
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      scope.postMessage({ id, error: { name, message } });
    } finally {
      running.delete(id);
    }
  };
  return (event) => scope.postMessage({ event });
}
