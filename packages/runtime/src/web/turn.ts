/**
 * Lets the event loop turn once, so that messages which wait are handled: a run of WebAssembly holds it, and one after another would never
 * let it go. Takes some microseconds, where a timer takes milliseconds.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const receiving = port1 as unknown as { onmessage: () => void; close(): void };
    receiving.onmessage = () => {
      receiving.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
