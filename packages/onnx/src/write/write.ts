import type { MessageOf } from '../proto/schema.js';
import { encode, make } from '../proto/schema.js';
import type { Model } from '../types.js';
import { writeGraph } from './graph.js';
import type { ExternalOptions } from './tensor.js';

/** Options of {@link write}. */
export interface WriteOptions {
  /**
   * Write initializers and Constant nodes whose tensors lie in the file which the model was read from as references to that file (external data), so
   * that an edited graph takes kilobytes. Initializers without an offset in the file, and small ones, stay inline.
   */
  readonly external?: ExternalOptions;
}

/**
 * Writes a model as the bytes of a `.onnx` file. Unknown fields of what was read are kept.
 *
 * @example
 * const edited = write(tap(model, ['conv1']), { external: { location: 'model.onnx' } }); // a few kilobytes
 */
export function write(model: Model, options: WriteOptions = {}): Uint8Array {
  const origin = model.proto as MessageOf<'ModelProto'> | undefined;
  const read = [origin?.producerName ?? '', origin?.producerVersion ?? ''].filter((s) => s !== '').join(' ');
  const proto = make('ModelProto', {
    irVersion: BigInt(model.irVersion),
    opsetImport: writeOpsets(model, origin),
    graph: writeGraph(model.graph, options.external),
    metadataProps: [...model.metadata].map(([key, value]) => make('StringStringEntryProto', { key, value })),
    trainingInfo: origin?.trainingInfo ?? [],
    functions: origin?.functions ?? [],
    configuration: origin?.configuration ?? [],
  });
  if (origin !== undefined && read === model.producer) {
    if (origin.producerName !== '') proto.producerName = origin.producerName;
    if (origin.producerVersion !== '') proto.producerVersion = origin.producerVersion;
  } else if (model.producer !== '') proto.producerName = model.producer;
  if (origin !== undefined && origin.domain !== '') proto.domain = origin.domain;
  if (origin !== undefined && origin.modelVersion !== 0n) proto.modelVersion = origin.modelVersion;
  if (origin !== undefined && origin.docString !== '') proto.docString = origin.docString;
  if (origin?.$unknown !== undefined) proto.$unknown = origin.$unknown;
  return encode('ModelProto', proto);
}

/** Imports as they were read where they still hold: some exporters leave the default domain out, others write it as ''. */
function writeOpsets(model: Model, origin: MessageOf<'ModelProto'> | undefined): MessageOf<'OperatorSetIdProto'>[] {
  return [...model.opsets].map(([domain, number]) => {
    const version = BigInt(number);
    const read = origin?.opsetImport.find((o) => (o.domain === 'ai.onnx' ? '' : o.domain) === domain && o.version === version);
    return read ?? make('OperatorSetIdProto', { domain, version });
  });
}
