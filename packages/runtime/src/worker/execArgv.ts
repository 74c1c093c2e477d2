/**
 * Flags of Node for a worker thread. A worker inherits those of its process, and that is right but for `--input-type`, which
 * Node 20 then refuses for the worker's file: in that case only what loads modules is handed on.
 *
 * @param inherited `process.execArgv`.
 * @returns undefined where the worker may inherit.
 */
export function workerExecArgv(inherited: readonly string[]): string[] | undefined {
  if (!inherited.some((flag) => flag.startsWith('--input-type'))) return undefined;
  const loading = ['--import', '--require', '-r', '--loader', '--experimental-loader', '--conditions', '-C'];
  const kept: string[] = [];
  for (const [at, flag] of inherited.entries()) {
    const value = inherited[at + 1];
    if (loading.includes(flag) && value !== undefined) kept.push(flag, value);
    else if (loading.some((name) => flag.startsWith(`${name}=`))) kept.push(flag);
  }
  return kept;
}
