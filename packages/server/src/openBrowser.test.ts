import { expect, test } from 'vitest';
import { browserCommand, openBrowser } from './openBrowser.js';

test('each system has its program', () => {
  const url = 'http://127.0.0.1:5173/';
  expect(browserCommand(url, 'linux')).toEqual({ command: 'xdg-open', args: [url] });
  expect(browserCommand(url, 'darwin')).toEqual({ command: 'open', args: [url] });
  expect(browserCommand(url, 'win32')).toEqual({ command: 'explorer.exe', args: [url] });
});

test('where the program is missing the answer is false, and nothing is thrown', async () => {
  expect(await openBrowser('http://x/', { command: 'no-such-program-here', args: [] })).toBe(false);
  expect(await openBrowser('http://x/', { command: process.execPath, args: ['-e', ''] })).toBe(true);
});
