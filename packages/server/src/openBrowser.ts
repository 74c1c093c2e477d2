import { type SpawnOptions, spawn } from 'node:child_process';

interface Command {
  command: string;
  args: string[];
}

/** The program that opens a web address on this system. */
export function browserCommand(url: string, platform: NodeJS.Platform = process.platform): Command {
  if (platform === 'darwin') return { command: 'open', args: [url] };
  if (platform === 'win32') return { command: 'explorer.exe', args: [url] };
  return { command: 'xdg-open', args: [url] };
}

/**
 * Opens a web address in the user's browser. Resolves to false where there is none: the caller has printed the address anyway.
 * @example await openBrowser('http://127.0.0.1:5173/');
 */
export function openBrowser(url: string, { command, args }: Command = browserCommand(url)): Promise<boolean> {
  const options: SpawnOptions = { stdio: 'ignore', detached: true };
  return new Promise((resolve) => {
    const child = spawn(command, args, options);
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
