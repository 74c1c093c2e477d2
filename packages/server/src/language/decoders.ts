import { join } from 'node:path';
import { type LanguageModel, openLanguageModel } from '@incognita/language';
import { listDecoders } from '../place/decodersHolding.js';
import { embeddedDecoderFolder } from './embeddedDecoders.js';

/** A decoder that the page named and the place does not have. */
export class NoSuchDecoderError extends Error {
  override readonly name = 'NoSuchDecoderError';
}

/** The decoders of a place and those that come along, each opened (and tested) when it is first asked for. */
export class Decoders {
  readonly #dir: string;
  readonly #open = new Map<string, Promise<LanguageModel>>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** The decoder at a path of the place's offers. @throws NoSuchDecoderError, and what opening throws. */
  async get(path: string): Promise<LanguageModel> {
    const known = this.#open.get(path);
    if (known !== undefined) return known;
    const embedded = embeddedDecoderFolder(path);
    const found = embedded ?? (await listDecoders(this.#dir)).find((one) => one.path === path);
    if (found === undefined) throw new NoSuchDecoderError(`There is no decoder "${path}" here.`);
    const opening = this.#open.get(path) ?? openLanguageModel(embedded ?? join(this.#dir, decodeURIComponent(path)));
    this.#open.set(path, opening);
    opening.catch(() => this.#open.delete(path));
    return opening;
  }

  async dispose(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.allSettled(open.map(async (model) => (await model).dispose()));
  }
}
