/** Numbers and shape of one tensor as they travel between processes. */
export interface Plain {
  readonly type: string;
  readonly data: readonly number[];
  readonly dims: readonly number[];
}

/** What came of one graph on one engine. */
export interface Outcome {
  /** Whether every node ran on the engine itself; engines with one kind of kernels always do. */
  readonly whole: boolean;
  readonly outputs: Readonly<Record<string, Plain>> | null;
  /** Why there is no output. */
  readonly error?: string;
}

/** Something that runs ONNX graphs. */
export interface Engine {
  run(model: Uint8Array, feeds: Readonly<Record<string, Plain>>): Promise<Outcome>;
  close(): Promise<void>;
}
