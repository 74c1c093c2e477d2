/** What a page sends to a worker: a call, or that one is no longer wanted. */
export type ToWorker = { readonly id: number; readonly call: string; readonly args: unknown } | { readonly cancel: number };

/** What a worker sends back: a step of a call, its value or its error; or an event of its own. */
export type FromWorker =
  | { readonly id: number; readonly step: unknown }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } }
  | { readonly event: unknown };
