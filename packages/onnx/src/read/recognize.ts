const signatures: readonly (readonly [label: string, offset: number, bytes: readonly number[] | string])[] = [
  ['a JPEG picture', 0, [0xff, 0xd8, 0xff]],
  ['a PNG picture', 0, [0x89, 0x50, 0x4e, 0x47]],
  ['a GIF picture', 0, 'GIF8'],
  ['a PDF document', 0, '%PDF'],
  ['a RIFF file (WebP, WAV)', 0, 'RIFF'],
  ['a gzip archive; unpack it first', 0, [0x1f, 0x8b]],
  ['a ZIP archive, as PyTorch and Keras checkpoints are; export the model to ONNX first', 0, [0x50, 0x4b, 3, 4]],
  ['an HDF5 file, as old Keras models are; export the model to ONNX first', 0, [0x89, 0x48, 0x44, 0x46]],
  ['a TensorFlow Lite model; convert it to ONNX first', 4, 'TFL3'],
  ['an ORT-format model; use the .onnx file that it was made from', 4, 'ORTM'],
  ['a GGUF model; use an ONNX export of it', 0, 'GGUF'],
  ['a git-LFS pointer, not the file itself; run `git lfs pull`', 0, 'version https://git-lfs'],
  ['a Python pickle, as PyTorch checkpoints are; export the model to ONNX first', 0, [0x80, 2]],
];

/** What a file that is not ONNX looks like ("a JPEG picture"), or null. */
export function recognize(bytes: Uint8Array): string | null {
  for (const [label, offset, signature] of signatures) {
    const expected = typeof signature === 'string' ? [...signature].map((c) => c.charCodeAt(0)) : signature;
    if (expected.every((byte, i) => bytes[offset + i] === byte)) return label;
  }
  const head = String.fromCharCode(...bytes.subarray(0, 512));
  if (bytes.length > 9 && bytes[8] === 0x7b && bytes[9] === 0x22) return 'a safetensors file: weights without a graph';
  if (/^\s*<(!doctype html|html|head|\?xml)/i.test(head)) return 'an HTML or XML page, perhaps an error page of a download';
  if (/^\s*[[{]\s*["[{\]}]/.test(head)) return 'JSON text';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary from text
  if (head.length > 0 && !/[\x00-\x08\x0e-\x1f\x7f]/.test(head)) return 'text';
  return null;
}
