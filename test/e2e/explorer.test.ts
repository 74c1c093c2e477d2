import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { makeAtlas } from './atlas.ts';
import { launchBrowser, noBrowser } from './browser.ts';
import type { Context } from './context.ts';
import { serveFolder } from './staticServer.ts';
import { accessSuite } from './suites/access.ts';
import { detailSuite } from './suites/detail.ts';
import { filterSuite } from './suites/filter.ts';
import { keyboardSuite } from './suites/keyboard.ts';
import { linkSuite } from './suites/links.ts';
import { liveSuite } from './suites/live.ts';
import { mapSuite } from './suites/map.ts';
import { stateSuite } from './suites/states.ts';

if (noBrowser !== null) {
  const reason = noBrowser;
  describe('the explorer in a browser', () => it.skip(reason));
} else {
  const context = {} as Context;
  beforeAll(async () => {
    context.made = await makeAtlas();
    context.manifest = JSON.parse(await readFile(join(context.made.workspace, 'incognita.json'), 'utf8'));
    // Not our server: the workspace must open from any.
    context.server = await serveFolder(context.made.workspace);
    context.browser = await launchBrowser();
  });
  afterAll(async () => {
    await context.browser?.close();
    await context.server?.close();
    if (context.made) await rm(context.made.root, { recursive: true, force: true });
  });
  mapSuite(context);
  filterSuite(context);
  detailSuite(context);
  linkSuite(context);
  keyboardSuite(context);
  liveSuite(context);
  stateSuite(context);
  accessSuite(context);
}
