import { basename } from 'node:path';
import { type MicroscopeModelAnswer, stepsRequestSchema } from '@incognita/workspace';
import type { Context } from 'hono';
import { stepsOf } from '../microscope/stepsOf.js';
import { ModelMissingError } from '../model/findModelFile.js';
import { NoWorkspaceError, WorkspaceModel } from '../model/workspaceModel.js';
import type { Routes } from './routes.js';

const FRESH = { 'Cache-Control': 'no-store' };

/** `/api/microscope/…`: what the page Microscope asks of the workspace's model; see `microscopeApi.ts` of the workspace's schema. */
export const microscopeRoutes: Routes = (app, { place, closing }) => {
  const model = new WorkspaceModel(place.dir);
  closing.addEventListener('abort', () => void model.dispose(), { once: true });

  app.get('/api/microscope/model', (c) =>
    answer(c, async () => c.json({ file: basename((await model.get()).file) } satisfies MicroscopeModelAnswer, 200, FRESH)),
  );

  app.post('/api/microscope/steps', (c) =>
    answer(c, async () => {
      const body = stepsRequestSchema.safeParse(await c.req.json().catch(() => null));
      if (!body.success) return c.json({ error: `This is no request for steps: ${body.error.message}` }, 400, FRESH);
      const signal = AbortSignal.any([c.req.raw.signal, closing]);
      return c.json(await stepsOf(await model.get(), body.data, signal), 200, FRESH);
    }),
  );
};

/** What a user's input or a missing file brought about is said with its reason. */
async function answer(c: Context, reply: () => Promise<Response>): Promise<Response> {
  try {
    return await reply();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const missing = error instanceof ModelMissingError || error instanceof NoWorkspaceError;
    return c.json({ error: error.message }, missing ? 404 : 422, FRESH);
  }
}
