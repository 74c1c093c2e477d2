import type { DescMessage, Message } from '@bufbuild/protobuf';
import { create, createFileRegistry, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { FieldDescriptorProto } from '@bufbuild/protobuf/wkt';
import { FieldDescriptorProto_Label, FieldDescriptorProto_Type, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { tables } from './tables.js';

type Tables = typeof tables;
/** The messages of the specification by name, for example `ModelProto`. */
export type MessageName = keyof Tables;

interface Scalars {
  int64: bigint;
  uint64: bigint;
  int32: number;
  float: number;
  double: number;
  string: string;
  bytes: Uint8Array;
}

type Camel<S extends string> = S extends `${infer A}_${infer B}` ? `${A}${Capitalize<Camel<B>>}` : S;
type Single<T extends string> = T extends keyof Scalars ? Scalars[T] : T extends MessageName ? MessageOf<T> | undefined : never;
type Value<T extends string> = T extends `packed ${infer E}[]`
  ? NonNullable<Single<E>>[]
  : T extends `${infer E}[]`
    ? NonNullable<Single<E>>[]
    : Single<T>;
type Field = readonly [number, string] | readonly [number, string, string];
type Plain<T> = {
  [F in keyof T & string as T[F] extends readonly [number, string] ? Camel<F> : never]: T[F] extends Field
    ? Value<T[F][1]>
    : never;
};
type Member<T, O extends string> = {
  [F in keyof T & string]: T[F] extends readonly [number, infer V extends string, O]
    ? { case: Camel<F>; value: NonNullable<Value<V>> }
    : never;
}[keyof T & string];
type OneofNames<T> = { [F in keyof T]: T[F] extends readonly [number, string, infer O extends string] ? O : never }[keyof T];
type Oneofs<T> = { [O in OneofNames<T> & string]: Member<T, O> | { case: undefined; value?: undefined } };

/** A decoded message: fields in camel case; a field that was absent reads as its default; unknown fields are kept. */
export type MessageOf<T extends MessageName> = Message & Plain<Tables[T]> & Oneofs<Tables[T]>;

const LIST = '[]';
const PACKED = 'packed ';

// The specification is written so that proto2 and proto3 agree on the wire. The proto2 reading is used here because it keeps
// which fields were present, as ONNX's own tools do: an explicit `i: 0` or an empty raw_data survives a round trip.
function fileDescriptor() {
  const messageType = Object.entries(tables).map(([name, fields]) => {
    const oneofs = [
      ...new Set(Object.values(fields as Record<string, Field>).flatMap((f) => (f[2] === undefined ? [] : [f[2]]))),
    ];
    const field = Object.entries(fields as Record<string, Field>).map(([fieldName, [number, spec, oneof]]) => {
      const packed = spec.startsWith(PACKED);
      const element = (packed ? spec.slice(PACKED.length) : spec).replace(LIST, '');
      const scalar = FieldDescriptorProto_Type[element.toUpperCase() as keyof typeof FieldDescriptorProto_Type];
      const init: Partial<FieldDescriptorProto> & Record<string, unknown> = {
        name: fieldName,
        number,
        label: spec.endsWith(LIST) ? FieldDescriptorProto_Label.REPEATED : FieldDescriptorProto_Label.OPTIONAL,
        type: scalar ?? FieldDescriptorProto_Type.MESSAGE,
      };
      if (scalar === undefined) init.typeName = `.onnx.${element}`;
      if (oneof !== undefined) init.oneofIndex = oneofs.indexOf(oneof);
      if (packed) return { ...init, options: { packed: true } };
      return init;
    });
    return { name, field, oneofDecl: oneofs.map((oneof) => ({ name: oneof })) };
  });
  return create(FileDescriptorProtoSchema, {
    name: 'onnx.proto',
    package: 'onnx',
    syntax: 'proto2',
    messageType: messageType as never,
  });
}

const registry = createFileRegistry(fileDescriptor(), () => undefined);

function schemaOf(name: MessageName): DescMessage {
  return registry.getMessage(`onnx.${name}`)!;
}

/** A new message with the given fields. */
export function make<T extends MessageName>(name: T, init: Partial<MessageOf<T>> = {}): MessageOf<T> {
  return create(schemaOf(name), init as never) as unknown as MessageOf<T>;
}

/** Decodes a message; bytes fields are views into `bytes`. Throws what the protobuf reader throws. */
export function decode<T extends MessageName>(name: T, bytes: Uint8Array): MessageOf<T> {
  return fromBinary(schemaOf(name), bytes) as unknown as MessageOf<T>;
}

/** Encodes a message, with its unknown fields. */
export function encode<T extends MessageName>(name: T, message: MessageOf<T>): Uint8Array {
  return toBinary(schemaOf(name), message as never);
}

/** Whether a field was present in the file, or set by an edit. */
export function has<T extends MessageName>(message: MessageOf<T>, field: keyof Plain<Tables[T]> & string): boolean {
  return Object.hasOwn(message, field);
}
