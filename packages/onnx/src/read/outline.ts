import { OnnxFormatError } from '../errors.js';
import { recognize } from './recognize.js';

/** The length-delimited fields of ModelProto; any other field number below 30 is unused by every IR version. */
const LENGTH_DELIMITED = new Set([2, 3, 4, 6, 7, 8, 14, 20, 25, 26]);
const VARINT = new Set([1, 5]);

/**
 * Walks the outermost fields of a model file without decoding them, to tell a file that is no ONNX model from one that is
 * cut short. Throws {@link OnnxFormatError}.
 */
export function checkOutline(bytes: Uint8Array): void {
  if (bytes.length === 0) throw new OnnxFormatError('The file is empty.');
  let position = 0;
  let known = 0;
  const fail = (detail: string): never => {
    const what = recognize(bytes);
    if (what !== null) throw new OnnxFormatError(`This is not an ONNX model: it looks like ${what}.`);
    if (known > 0) throw new OnnxFormatError(`The ONNX file is damaged at byte ${position}: ${detail}.`);
    throw new OnnxFormatError(
      `This is not an ONNX model: it does not follow the protobuf format (${detail} at byte ${position}).`,
    );
  };
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (position >= bytes.length) return -1;
      const byte = bytes[position++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return fail('a number is too long');
  };
  const truncated = (needed: number): never => {
    const what = recognize(bytes);
    if (what !== null) throw new OnnxFormatError(`This is not an ONNX model: it looks like ${what}.`);
    if (known === 0) throw new OnnxFormatError('This is not an ONNX model: it does not follow the protobuf format.');
    throw new OnnxFormatError(
      `The ONNX file is truncated: it has ${bytes.length} bytes, but what it announces needs at least ${needed}. Download or export it again.`,
    );
  };
  while (position < bytes.length) {
    const tag = varint();
    if (tag < 0) truncated(bytes.length + 1);
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    if (field === 0 || field > 0x1fffffff) fail(`field number ${field} is impossible`);
    if ((LENGTH_DELIMITED.has(field) && wire !== 2) || (VARINT.has(field) && wire !== 0))
      fail(`field ${field} has wire type ${wire}`);
    if (wire === 0) {
      if (varint() < 0) truncated(bytes.length + 1);
    } else if (wire === 1 || wire === 5) {
      position += wire === 1 ? 8 : 4;
    } else if (wire === 2) {
      const length = varint();
      if (length < 0) truncated(bytes.length + 1);
      if (LENGTH_DELIMITED.has(field)) known++;
      position += length;
    } else {
      fail(`wire type ${wire} is not used by ONNX`);
    }
    if (position > bytes.length) truncated(position);
    if (VARINT.has(field)) known++;
  }
}
