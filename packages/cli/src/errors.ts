/** Bad input by the user of the command itself: a wrong option, a file that is missing. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Errors of the language itself point to a fault of ours, not of the input. A RangeError is what our rooms throw for values that do not fit. */
const FAULTS = new Set(['TypeError', 'ReferenceError', 'SyntaxError']);

/**
 * What to print for an error: the message alone for input that is wrong, the stack for a fault of ours.
 *
 * @param debug print the stack always
 */
export function describeError(error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return `incognita: ${String(error)}`;
  if (debug) return `incognita: ${error.stack ?? error.message}${causeOf(error)}`;
  if (FAULTS.has(error.name)) return `incognita: this is a fault of incognita, please report it\n${error.stack}`;
  return `incognita: ${error.message}`;
}

/** Whether an error is an abort that the user asked for. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || (error as { code?: string }).code === 'ABORT_ERR');
}

function causeOf(error: Error): string {
  return error.cause === undefined ? '' : `\ncaused by ${error.cause instanceof Error ? error.cause.stack : String(error.cause)}`;
}
