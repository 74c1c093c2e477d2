import { EngineGoneError } from './LiveEngine.js';

/** Asks the server; errors carry its words. @throws EngineGoneError where nobody answers, or the server is closing. */
export async function reach(path: string, request?: RequestInit): Promise<Response> {
  const gone = new EngineGoneError('The server does not answer. Is the command that opened this page still running?');
  const response = await fetch(path, request).catch((error: Error) => {
    throw error.name === 'AbortError' ? error : gone;
  });
  if (response.ok) return response;
  if (response.status === 503) throw gone;
  const body = (await response.json().catch(() => null)) as { error?: string } | null;
  throw new Error(body?.error ?? `The server answered ${response.status}.`);
}
