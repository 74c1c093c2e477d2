import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerSession } from '../session/source.js';
import { type Cancellation, cancellation } from './cancellation.js';
import { deserializeError, serializeError } from './errors.js';
import type { FromWorker, ToWorker, WorkerSettings } from './protocol.js';
import { WorkerSessions } from './sessions.node.js';
import type { Task, TaskContext } from './task.js';

// The program of a worker thread: takes one task at a time from its WorkerPool.

const port = parentPort;
if (port === null) throw new Error('this module is the program of a worker thread; use WorkerPool');
const sessions = new WorkerSessions(workerData as WorkerSettings);
let running: { readonly id: number; readonly cancel: Cancellation } | undefined;

port.on('message', (message: ToWorker) => {
  if (message.kind === 'task') void runTask(message);
  else if (message.kind === 'engine')
    void answer(message.id, async () => ({ value: (await sessions.engine()).info, buffers: [] }));
  else if (message.kind === 'drop') void sessions.drop(message.key);
  else if (running?.id === message.id) running.cancel.abort(deserializeError(message.reason));
});

async function runTask(message: Extract<ToWorker, { kind: 'task' }>): Promise<void> {
  const { id } = message;
  const cancel = cancellation(message.flag);
  running = { id, cancel };
  const opened: WorkerSession[] = [];
  let buffers: readonly ArrayBuffer[] = [];
  const context: TaskContext = {
    async openSession(source, options = {}) {
      const session = await sessions.open(source, options, cancel.throwIfAborted);
      opened.push(session);
      return session;
    },
    progress: (value) => send({ kind: 'progress', id, value }),
    signal: cancel.signal,
    throwIfAborted: cancel.throwIfAborted,
    transfer(list, value) {
      buffers = list;
      return value;
    },
  };
  await answer(id, async () => {
    try {
      const task = await importTask(message.module, message.export);
      const value = await task(message.args, context);
      return { value, buffers };
    } finally {
      for (const session of opened) await session.dispose();
      running = undefined;
    }
  });
}

async function importTask(module: string, name: string): Promise<Task<unknown, unknown>> {
  const exported = ((await import(module)) as Record<string, unknown>)[name];
  if (typeof exported !== 'function') throw new TypeError(`${module} exports no function '${name}' to run as a task`);
  return exported as Task<unknown, unknown>;
}

async function answer(id: number, work: () => Promise<{ value: unknown; buffers: readonly ArrayBuffer[] }>): Promise<void> {
  try {
    const { value, buffers } = await work();
    send({ kind: 'result', id, value }, buffers);
  } catch (thrown) {
    send({ kind: 'error', id, error: serializeError(thrown) });
  }
}

function send(message: FromWorker, buffers: readonly ArrayBuffer[] = []): void {
  port?.postMessage(message, [...buffers]);
}
