import { basename, dirname, extname, resolve } from 'node:path';
import { embeddedModel } from '@incognita/learn';

/** A model that a user named: where it is, and what to call it. */
export interface NamedModel {
  readonly path: string;
  readonly name: string;
}

/**
 * An embedded model by its name, else a file. Files that are called `model.onnx`, as trainers and hubs leave them, are called after their folder.
 *
 * @example namedModel('emoji-alexnet').path; namedModel('runs/birds/model.onnx').name // 'birds'
 */
export function namedModel(text: string): NamedModel {
  const embedded = embeddedModel(text);
  if (embedded) return { path: embedded.path, name: embedded.name };
  const name = basename(text, extname(text));
  const folder = basename(dirname(resolve(text)));
  return { path: text, name: name === 'model' && folder !== '' ? folder : name };
}
