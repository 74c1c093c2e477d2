import { type Dim, GraphBuilder, type Model } from '@incognita/onnx';
import { expect, test } from 'vitest';
import { PREPROCESSING_PRESETS, type PreprocessingPresetName } from './presets.js';
import { resolvePreprocessing, sidecarNames } from './resolvePreprocessing.js';

function network(
  shape: Dim[] = ['n', 3, 'h', 'w'],
  metadata: Record<string, string> = {},
  first?: (b: GraphBuilder, x: string) => string,
): Model {
  const b = new GraphBuilder();
  const x = b.input('image', 'float32', shape);
  b.output(b.op('Relu', [first ? first(b, x) : x]), 'float32', null, 'out');
  return { ...b.model(), metadata: new Map(Object.entries(metadata)) };
}

test('without any information the imagenet preset is used and said to be an assumption', () => {
  const p = resolvePreprocessing(network());
  expect(p).toMatchObject({
    widthPx: 224,
    heightPx: 224,
    mean: [0.485, 0.456, 0.406],
    layout: 'nchw',
    source: 'preset:imagenet',
  });
  expect(p.statement).toMatch(/^ASSUMPTION: .*`imagenet`.*224 pixels are assumed/s);
});

test('options win over a preset, a preset over a sidecar, a sidecar over metadata', () => {
  const model = network(undefined, { 'Image.NominalPixelRange': 'NominalRange_0_255', 'Image.BitmapPixelFormat': 'Bgr8' });
  const sidecar = { file: 'net.incognita.json', json: { sizePx: 64, mean: [0.1, 0.2, 0.3], std: [1, 1, 1] } };
  expect(resolvePreprocessing(model)).toMatchObject({ divisor: 1, mean: [0, 0, 0], colorOrder: 'bgr', source: 'metadata' });
  expect(resolvePreprocessing(model, { sidecar })).toMatchObject({
    widthPx: 64,
    mean: [0.1, 0.2, 0.3],
    source: 'sidecar:net.incognita.json',
  });
  expect(resolvePreprocessing(model, { sidecar, preset: 'inception' })).toMatchObject({
    widthPx: 299,
    std: [0.5, 0.5, 0.5],
    source: 'preset:inception',
  });
  const given = resolvePreprocessing(model, { sidecar, option: { resize: 'pad' }, sizePx: 32 });
  expect(given).toMatchObject({ widthPx: 32, resize: 'pad', mean: [0.1, 0.2, 0.3], source: 'option' });
  expect(given.statement).toContain('Given by option: resize');
});

test('a preprocessor_config.json of Hugging Face is understood', () => {
  const json = {
    do_center_crop: true,
    crop_size: { height: 192, width: 160 },
    size: { shortest_edge: 256 },
    image_mean: [0.5, 0.5, 0.5],
    image_std: [0.5, 0.5, 0.5],
    rescale_factor: 1 / 255,
  };
  const p = resolvePreprocessing(network(), { sidecar: { file: 'preprocessor_config.json', json } });
  expect(p).toMatchObject({ widthPx: 160, heightPx: 192, resize: 'crop', mean: [0.5, 0.5, 0.5] });
  expect(p.divisor).toBeCloseTo(255, 9);
  expect(resolvePreprocessing(network(), { sidecar: { file: 'p', json: { ...json, do_center_crop: false } } })).toMatchObject({
    widthPx: 256,
    resize: 'stretch',
  });
});

test('metadata may carry a whole sidecar', () => {
  const model = network(undefined, {
    'incognita.preprocessing': JSON.stringify({ sizePx: 48, divisor: 1, mean: [128], std: [64] }),
  });
  expect(resolvePreprocessing(model)).toMatchObject({
    widthPx: 48,
    mean: [128, 128, 128],
    std: [64, 64, 64],
    source: 'metadata',
  });
});

test('fixed sizes, channels last and grey come from the model itself', () => {
  expect(resolvePreprocessing(network([1, 28, 30, 1]))).toMatchObject({
    heightPx: 28,
    widthPx: 30,
    layout: 'nhwc',
    colorOrder: 'gray',
    mean: [expect.closeTo(0.449, 3)],
  });
  expect(() => resolvePreprocessing(network([1, 3, 224, 224]), { sizePx: 96 })).toThrow(
    /`image` has a fixed width of 224 pixels; a size of 96/,
  );
});

test('arithmetic on the input hints at a network that normalises by itself', () => {
  const unit = network(undefined, {}, (b, x) => b.op('Sub', [x, b.f32([0.485, 0.456, 0.406], [1, 3, 1, 1])]));
  expect(resolvePreprocessing(unit)).toMatchObject({ source: 'preset:zeroToOne', divisor: 255, mean: [0, 0, 0] });
  const bytes = network(undefined, {}, (b, x) => b.op('Mul', [x, b.f32(1 / 255)]));
  expect(resolvePreprocessing(bytes)).toMatchObject({ source: 'preset:zeroToOne', divisor: 1 });
});

test('names of Inception hint at its range and 299 pixels', () => {
  const model = network(undefined, {}, (b, x) => b.op('Relu', [x], {}, { output: '/mixed_5/Concat_output_0' }));
  expect(resolvePreprocessing(model)).toMatchObject({ source: 'preset:inception', widthPx: 299, mean: [0.5, 0.5, 0.5] });
});

test('what cannot be is refused with the reason', () => {
  expect(() => resolvePreprocessing(network(['n', 128]))).toThrow(/No input of the model is a picture.*image float32\[n,128\]/s);
  expect(() => resolvePreprocessing(network(), { preset: 'nope' as PreprocessingPresetName })).toThrow(
    /no preprocessing preset `nope`; there are: imagenet/,
  );
  expect(() => resolvePreprocessing(network(), { sidecar: { file: 'a.json', json: { mean: 'red' } } })).toThrow(
    /a\.json: `mean` must be a list of numbers, not "red"/,
  );
  expect(() => resolvePreprocessing(network(), { option: { mean: [1, 2], std: [1, 1] } })).toThrow(/one value or 3/);
});

test('sidecars are looked for beside the model', () => {
  expect(sidecarNames('net.onnx')).toEqual(['net.incognita.json', 'preprocessor_config.json']);
});

test('every preset has three means and deviations', () => {
  for (const { mean, std } of Object.values(PREPROCESSING_PRESETS)) expect([mean.length, std.length]).toEqual([3, 3]);
});
