import { expect, it } from 'vitest';
import { workerExecArgv } from './execArgv.js';

it('lets a worker inherit the flags of Node, unless one of them is refused there', () => {
  expect(workerExecArgv(['--max-old-space-size=4096', '--import', './hook.js'])).toBeUndefined();
  expect(workerExecArgv(['--input-type=module', '--import', './hook.js', '--conditions=dev', '--eval', 'code'])).toEqual([
    '--import',
    './hook.js',
    '--conditions=dev',
  ]);
});
