/** An error as it crosses a thread boundary (structured clone loses names, causes and own fields). */
export interface SerializedError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  readonly cause?: SerializedError;
}

/** Makes an error sendable; anything else that was thrown becomes an Error with its text. */
export function serializeError(thrown: unknown, depth = 0): SerializedError {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown) };
  const code = (thrown as { code?: unknown }).code;
  return {
    name: thrown.name,
    message: thrown.message,
    ...(thrown.stack === undefined ? {} : { stack: thrown.stack }),
    ...(typeof code === 'string' ? { code } : {}),
    ...(thrown.cause === undefined || depth > 8 ? {} : { cause: serializeError(thrown.cause, depth + 1) }),
  };
}

/** The error again, with name, message, stack, code and causes. */
export function deserializeError(error: SerializedError): Error {
  const made =
    error.cause === undefined ? new Error(error.message) : new Error(error.message, { cause: deserializeError(error.cause) });
  const define = (key: string, value: unknown) => Object.defineProperty(made, key, { value, configurable: true, writable: true });
  if (error.name !== 'Error') define('name', error.name);
  if (error.stack !== undefined) define('stack', error.stack);
  if (error.code !== undefined) define('code', error.code);
  return made;
}

/** A worker ended while it ran a task: out of memory, `process.exit`, or a crash. */
export class WorkerCrashError extends Error {
  override readonly name = 'WorkerCrashError';
}

/** The reason of an abort as an Error. */
export function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new DOMException(String(signal.reason), 'AbortError');
}
