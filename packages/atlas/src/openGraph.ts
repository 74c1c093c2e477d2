import type { Model } from '@incognita/onnx';
import { loadModelSource, sessionSource, type TaskContext, type WorkerSession } from '@incognita/runtime';

/** Opens a session for a graph that was built here, without weights of a file. */
export async function openGraph(context: TaskContext, model: Model): Promise<WorkerSession> {
  return context.openSession(sessionSource(await loadModelSource(model)));
}
