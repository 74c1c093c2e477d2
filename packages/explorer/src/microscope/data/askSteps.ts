import type { StepsAnswer, StepsRequest } from '@incognita/workspace/schema';
import { type Asked, useAsked } from '../../data/useAsked.js';

/** A unit taken apart by the server; a null question asks nothing. */
export function useSteps(question: StepsRequest | null): Asked<StepsAnswer> {
  return useAsked(question && `steps ${JSON.stringify(question)}`, (signal) => askSteps(question!, signal));
}

async function askSteps(question: StepsRequest, signal: AbortSignal): Promise<StepsAnswer> {
  const response = await fetch('./api/microscope/steps', {
    ...{ method: 'POST', signal, body: JSON.stringify(question) },
    headers: { 'Content-Type': 'application/json' },
  });
  const body = (await response.json().catch(() => null)) as (StepsAnswer & { error?: string }) | null;
  if (!response.ok || body === null) throw new Error(body?.error ?? `The server answered ${response.status}.`);
  return body;
}
