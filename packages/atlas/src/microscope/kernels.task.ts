import type { SessionSource, TaskContext } from '@incognita/runtime';

export interface KernelArgs {
  /** A graph without inputs, with the kernels as its only output. */
  readonly session: SessionSource;
}

/** Worker task: runs a graph of constants; its output's dimensions and numbers. */
export async function readKernels(
  { session }: KernelArgs,
  context: TaskContext,
): Promise<{ dims: number[]; data: Float32Array }> {
  const opened = await context.openSession(session);
  const [kernels] = Object.values(await opened.run({}));
  return { dims: [...kernels!.dims], data: (kernels!.data as Float32Array).slice() };
}
