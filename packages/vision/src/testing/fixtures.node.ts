import { fileURLToPath } from 'node:url';

/** Path of a small network of PyTorch's for tests, with what a picture of it is made for. */
export interface Fixture {
  readonly title: string;
  readonly file: string;
  /** A layer in the middle, the last one with positions. */
  readonly layer: string;
}

const own = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}.onnx`, import.meta.url));

/** A ResNet, a ConvNeXt, a vision transformer and a Swin transformer; the last takes batches of two only. */
export const FIXTURES: readonly Fixture[] = [
  {
    title: 'ResNet',
    file: fileURLToPath(new URL('../../../autodiff/fixtures/resnet.torchscript.onnx', import.meta.url)),
    layer: 'layer3.0',
  },
  { title: 'ConvNeXt', file: own('convnext.torchscript'), layer: 'stages.2.blocks.0' },
  { title: 'ViT', file: own('vit.torchscript'), layer: 'blocks.1' },
  { title: 'Swin', file: own('swin.dynamo'), layer: 'layers.1.blocks.0' },
];

/** The fixture of a title. */
export function fixture(title: string): Fixture {
  return FIXTURES.find((known) => known.title === title)!;
}
