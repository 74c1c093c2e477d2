import { activation } from './activation.js';
import { arithmetic } from './arithmetic.js';
import { composite } from './composite.js';
import { control } from './control.js';
import { cutting } from './cutting.js';
import { elementary } from './elementary.js';
import { indexing } from './indexing.js';
import { linear } from './linear.js';
import { microsoft } from './microsoft.js';
import { microsoftAttention } from './microsoftAttention.js';
import { microsoftPlain } from './microsoftPlain.js';
import { normalization } from './normalization.js';
import type { Generator } from './problem.js';
import { quantization } from './quantization.js';
import { recurrent } from './recurrent.js';
import { reductions } from './reduction.js';
import { sampling } from './sampling.js';
import { selection } from './selection.js';
import { spatial } from './spatial.js';
import { spectra } from './spectrum.js';
import { structure } from './structure.js';
import { convolution, poolings } from './window.js';

const families = {
  activation,
  arithmetic,
  composite,
  control,
  convolution,
  cutting,
  elementary,
  indexing,
  linear,
  microsoft,
  microsoftAttention,
  microsoftPlain,
  normalization,
  poolings,
  quantization,
  recurrent,
  reductions,
  sampling,
  selection,
  spatial,
  spectra,
  structure,
};

/** What draws problems, by operator: `Op`, or `com.microsoft::Op`. */
export const generators: ReadonlyMap<string, Generator> = new Map(
  Object.values(families).flatMap((family) => Object.entries(family)),
);
