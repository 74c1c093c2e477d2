import type { Model } from '@incognita/onnx';
import type { DecodePlan, DecodeStep, Finish, StepSession } from '../generation/decode.js';

/** An edited graph, ready to run. */
export interface GraphSession extends StepSession {
  dispose(): Promise<void>;
}

/** What a language model runs on: workers of Node, or a session of onnxruntime-web in a tab. */
export interface GraphRunner {
  /** Opens an edit of the decoder; weights are shared with it. */
  open(edited: Model): Promise<GraphSession>;
  /**
   * Runs the loop of generation; rejects with the signal's reason when cancelled. What `onStep` gives resolves when the step was taken: the loop must
   * not be more than `plan.lead` steps ahead.
   */
  decode(edited: Model, plan: DecodePlan, onStep: (step: DecodeStep) => Promise<void>, signal?: AbortSignal): Promise<Finish>;
  dispose(): Promise<void>;
}
