import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const shared = process.env.INCOGNITA_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url));
const fixtures = fileURLToPath(new URL('../../packages/autodiff/fixtures', import.meta.url));

/** A network to time: cut at a layer, fed with pictures of one size. */
export interface BenchCase {
  readonly title: string;
  readonly file: string;
  /** Layer or tensor to differentiate; null for the model's output. */
  readonly layer: string | null;
  readonly sizePx: number;
  readonly batch: number;
}

const all: readonly BenchCase[] = [
  { title: 'SqueezeNet 1.1 to fire8', file: join(shared, 'models/squeezenet1_1.onnx'), layer: 'fire8', sizePx: 96, batch: 16 },
  { title: 'SqueezeNet 1.1, whole', file: join(shared, 'models/squeezenet1_1.onnx'), layer: null, sizePx: 224, batch: 8 },
  {
    title: 'Inception-v3 to mixed_5',
    file: join(shared, 'models/inception_v3_trunk.onnx'),
    layer: 'mixed_5',
    sizePx: 128,
    batch: 8,
  },
  { title: 'ResNet fixture', file: join(fixtures, 'resnet.torchscript.onnx'), layer: null, sizePx: 64, batch: 2 },
];

/** The networks that are here. */
export function benchCases(): readonly BenchCase[] {
  return all.filter(({ file }) => existsSync(file));
}

/** A trained network and real pictures for the benchmarks of the pipeline, or null where they are absent. */
export function pipelineInput(): { modelPath: string; picturesDir: string; layer: string } | null {
  const modelPath = join(shared, 'models/squeezenet1_1.onnx');
  const picturesDir = join(shared, 'images/imagenet-1000');
  return existsSync(modelPath) && existsSync(picturesDir) ? { modelPath, picturesDir, layer: 'fire8' } : null;
}
