import { OnnxFormatError } from '../errors.js';
import type { MessageOf } from '../proto/schema.js';
import { decode } from '../proto/schema.js';
import type { Model } from '../types.js';
import { readGraph } from './graph.js';
import { checkOutline } from './outline.js';
import { recognize } from './recognize.js';

/** The newest IR version of the specification that this library was written for. */
export const NEWEST_IR_VERSION = 13;

/**
 * Reads a model file (`.onnx`). Weight bytes are not copied: tensors hold views into `bytes`, which must not change while
 * the model lives. Tensors with external data name a byte range of a file beside the model; nothing is opened here.
 *
 * @throws OnnxFormatError where the bytes are no ONNX model, are cut short or contradict themselves.
 * @example
 * const model = read(await readFile('squeezenet1_1.onnx'));
 * model.graph.inputs[0].type.shape; // ['n', 3, 'h', 'w']
 */
export function read(bytes: Uint8Array): Model {
  checkOutline(bytes);
  const proto = parse(bytes);
  if (proto.graph === undefined) {
    const what = recognize(bytes);
    throw new OnnxFormatError(
      what === null
        ? 'The file holds no graph: it is not a complete ONNX model.'
        : `This is not an ONNX model: it looks like ${what}.`,
    );
  }
  const irVersion = Number(proto.irVersion);
  if (irVersion < 1 || irVersion > NEWEST_IR_VERSION)
    throw new OnnxFormatError(
      `The file states IR version ${irVersion}; versions 1 to ${NEWEST_IR_VERSION} are supported. Export the model with an older opset, or update.`,
    );
  const opsets = new Map(proto.opsetImport.map((o) => [o.domain === 'ai.onnx' ? '' : o.domain, Number(o.version)]));
  if (opsets.size === 0) {
    if (irVersion >= 3)
      throw new OnnxFormatError('The file states no operator set: its end is missing. Download or export it again.');
    opsets.set('', 1);
  }
  const graph = readGraph(proto.graph, bytes, new Set());
  proto.graph = undefined;
  return {
    irVersion,
    opsets,
    producer: [proto.producerName, proto.producerVersion].filter((s) => s !== '').join(' '),
    metadata: new Map(proto.metadataProps.map((e) => [e.key, e.value])),
    graph,
    proto,
  };
}

function parse(bytes: Uint8Array): MessageOf<'ModelProto'> {
  try {
    return decode('ModelProto', bytes);
  } catch (cause) {
    const what = recognize(bytes);
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new OnnxFormatError(
      what === null ? `The ONNX file is damaged: ${detail}.` : `This is not an ONNX model: it looks like ${what}.`,
      { cause },
    );
  }
}
