/** A file is not a usable ONNX model; the message says what it is instead, or where it is damaged, and what to do. */
export class OnnxFormatError extends Error {
  override readonly name = 'OnnxFormatError';
}

/** An edit names a tensor that the graph does not have; `nearest` are the most similar names that it has. */
export class UnknownTensorError extends Error {
  override readonly name = 'UnknownTensorError';
  readonly tensor: string;
  readonly nearest: readonly string[];

  constructor(tensor: string, nearest: readonly string[], role = 'tensor') {
    super(`The graph has no ${role} "${tensor}".${nearest.length > 0 ? ` Nearest: ${nearest.join(', ')}.` : ''}`);
    this.tensor = tensor;
    this.nearest = nearest;
  }
}
