import { EngineGoneError } from './LiveEngine.js';

/** Asks the server; errors carry its words. @throws EngineGoneError where nobody answers. */
export async function reach(path: string, request?: RequestInit): Promise<Response> {
  const response = await fetch(path, request).catch((error: Error) => {
    if (error.name === 'AbortError') throw error;
    throw new EngineGoneError('The server does not answer. Is the command that opened this page still running?');
  });
  if (response.ok) return response;
  const body = (await response.json().catch(() => null)) as { error?: string } | null;
  throw new Error(body?.error ?? `The server answered ${response.status}.`);
}
