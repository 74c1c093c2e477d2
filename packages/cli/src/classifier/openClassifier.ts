import { classOutput } from '@incognita/onnx';
import { loadModelSource, type ModelSource } from '@incognita/runtime';
import { type ClassNames, findClassNames, type Preprocessing } from '@incognita/vision';
import { UsageError } from '../errors.js';
import { choosePreprocessing } from '../preprocessing.js';
import { type NamedModel, namedModel } from '../sources/namedModel.js';

/** A model that names pictures, with what has to be known to ask it. */
export interface Classifier {
  readonly named: NamedModel;
  readonly source: ModelSource;
  readonly preprocessing: Preprocessing;
  /** The tensor of its scores before any softmax. */
  readonly scores: string;
  readonly classes: ClassNames;
  /** Whether it came from `incognita train`: `input` of −1 … 1 to `output`. */
  readonly learntHere: boolean;
}

/** How a classifier is asked for. */
export interface ClassifierOptions {
  readonly preprocessing?: string;
  readonly size?: number;
  readonly labels?: string;
}

/** Opens a classifier that a user named. @throws UsageError where the model has no class scores. */
export async function openClassifier(text: string, options: ClassifierOptions): Promise<Classifier> {
  const named = namedModel(text);
  const source = await loadModelSource(named.path, { weights: 'map' });
  const { model } = source;
  const output = classOutput(model);
  if (output === null)
    throw new UsageError(
      `${named.name} has no class scores among its outputs: it cannot name pictures. See incognita inspect ${text}`,
    );
  const { inputs, outputs } = model.graph;
  return {
    named,
    source,
    preprocessing: await choosePreprocessing(model, named.path, options),
    scores: output.tensor,
    classes: await findClassNames(named.path, output.classes, {
      ...(options.labels !== undefined && { file: options.labels }),
      metadata: model.metadata,
    }),
    learntHere: model.metadata.has('incognita.preprocessing') && inputs[0]?.name === 'input' && outputs[0]?.name === 'output',
  };
}

/**
 * The class of each label: the one of that name, in any case, or one that has it among its synonyms (`tench, Tinca tinca`). Labels without a class
 * are absent.
 */
export function classesOf(labels: Iterable<string>, classNames: readonly string[]): Map<string, number> {
  const plain = (name: string): string => name.trim().toLowerCase().replaceAll('_', ' ');
  const numbers = new Map<string, number>();
  const add = (name: string, number: number): void => void (numbers.has(plain(name)) || numbers.set(plain(name), number));
  for (const [number, name] of classNames.entries()) add(name, number);
  for (const [number, name] of classNames.entries()) for (const synonym of name.split(',')) add(synonym, number);
  const found = new Map<string, number>();
  for (const label of labels) {
    const number = numbers.get(plain(label));
    if (number !== undefined) found.set(label, number);
  }
  return found;
}
