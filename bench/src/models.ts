import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const shared = process.env.INCOGNITA_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url));
/** The path of a trained network of `../shared`, which need not be there. */
export const sharedModel = (name: string): string => join(shared, 'models', name);

const fixtures = fileURLToPath(new URL('../../packages/autodiff/fixtures', import.meta.url));

/** A network to time: cut at a layer, fed with pictures of one size. */
export interface BenchCase {
  readonly title: string;
  readonly file: string;
  /** Layer or tensor to differentiate; null for the model's output. */
  readonly layer: string | null;
  readonly sizePx: number;
  readonly batch: number;
  /** Runs to take the best of: more where one takes less than a few milliseconds. */
  readonly rounds: number;
}

const squeezenet = join(shared, 'models/squeezenet1_1.onnx');
const inception = join(shared, 'models/inception_v3_trunk.onnx');
const exported = (name: string): string => join(shared, `models/exported/${name}.onnx`);

/** A small network as PyTorch's exporters write it; that of dynamo is fixed to a batch of two. */
function fixture(title: string, name: string, file: (name: string) => string): BenchCase[] {
  const each = (exporter: string, batch: number): BenchCase => ({
    title: `${title} fixture (${exporter})`,
    file: file(`${name}.${exporter}`),
    layer: null,
    sizePx: 64,
    batch,
    rounds: 80,
  });
  return [each('torchscript', 8), each('dynamo', 2)];
}

const all: readonly BenchCase[] = [
  { title: 'SqueezeNet 1.1 to fire8', file: squeezenet, layer: 'fire8', sizePx: 96, batch: 16, rounds: 24 },
  { title: 'SqueezeNet 1.1, whole', file: squeezenet, layer: null, sizePx: 224, batch: 8, rounds: 12 },
  { title: 'Inception-v3 to mixed_5', file: inception, layer: 'mixed_5', sizePx: 128, batch: 8, rounds: 12 },
  { title: 'Inception-v3 trunk, whole', file: inception, layer: null, sizePx: 128, batch: 8, rounds: 10 },
  ...fixture('ResNet', 'resnet', (name) => join(fixtures, `${name}.onnx`)),
  ...fixture('ConvNeXt', 'convnext', exported),
  ...fixture('ViT', 'vit', exported),
];

/** The networks that are here, and the titles of those that are not; of all those whose title begins so. */
export function benchCases(title = ''): { readonly present: readonly BenchCase[]; readonly absent: readonly string[] } {
  const asked = all.filter((one) => one.title.startsWith(title));
  return {
    present: asked.filter(({ file }) => existsSync(file)),
    absent: asked.filter(({ file }) => !existsSync(file)).map((one) => one.title),
  };
}

/** A trained network and real pictures for the benchmarks of the pipeline, or null where they are absent. */
export function pipelineInput(): { modelPath: string; picturesDir: string; layer: string } | null {
  const modelPath = join(shared, 'models/squeezenet1_1.onnx');
  const picturesDir = join(shared, 'images/imagenet-1000');
  return existsSync(modelPath) && existsSync(picturesDir) ? { modelPath, picturesDir, layer: 'fire8' } : null;
}
