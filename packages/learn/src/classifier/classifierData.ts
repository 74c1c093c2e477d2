import type { LabelledPictures } from '../pictures/pictureBatches.task.js';

/** Pictures to learn from and pictures to be measured on. */
export interface ClassifierData {
  /** As the user named it. */
  readonly name: string;
  /** One sentence: what it is and how much. */
  readonly description: string;
  readonly classNames: readonly string[];
  /** By class: whether its pictures mean the same in the mirror, where that is known. Absent: whoever asks for mirror images answers for it. */
  readonly mirrorable?: readonly boolean[];
  readonly training: LabelledPictures;
  /** Null where nothing could be held out. */
  readonly validation: LabelledPictures | null;
  /** How the held-out pictures were chosen. */
  readonly heldOut: string;
  /** Where pictures come from and under which terms, one source a line; empty where nobody said. */
  readonly licences: readonly string[];
  /** Pictures that could not be used. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  readonly warnings: readonly string[];
}
