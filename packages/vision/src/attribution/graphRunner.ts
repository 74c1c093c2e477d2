import type { Model } from '@incognita/onnx';
import type { Feeds, Tensor } from '@incognita/runtime';

/** What runs edits of one model: workers of Node, a task inside one, or sessions of onnxruntime-web in a tab. Weights are shared between edits. */
export interface GraphRunner {
  /**
   * Runs an edit of the model on every one of the feeds. The same value of `edited` is the same session.
   *
   * @param outputs names of the outputs to compute; default all.
   */
  run(edited: Model, runs: readonly Feeds[], outputs?: readonly string[]): Promise<readonly Readonly<Record<string, Tensor>>[]>;
}
