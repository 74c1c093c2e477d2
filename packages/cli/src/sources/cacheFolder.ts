import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder of what can be made again at any time: rendered pictures, the demo's map. `INCOGNITA_CACHE`, or where the system keeps such things.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env.INCOGNITA_CACHE) return env.INCOGNITA_CACHE;
  if (platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'incognita', 'cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'incognita');
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'incognita');
}
