import type { Preprocessing } from './preprocessing.js';

/** What a file or a model states about its preprocessing; any part may be missing. */
export type DeclaredPreprocessing = Partial<Omit<Preprocessing, 'source' | 'statement'>>;

/**
 * Reads the JSON of a sidecar: our own `MODEL.incognita.json` (the fields of {@link Preprocessing}, at the top or under
 * `preprocessing`; `sizePx` for both sides), or `preprocessor_config.json` of Hugging Face (`image_mean`, `image_std`,
 * `rescale_factor`, `size`, `crop_size`, `do_center_crop`, `do_pad`).
 *
 * @throws Error naming the field that has a wrong type.
 */
export function readSidecar(json: unknown): DeclaredPreprocessing {
  const record = asRecord(json, 'the sidecar');
  const own = record.preprocessing === undefined ? record : asRecord(record.preprocessing, 'preprocessing');
  return { ...readHuggingFace(own), ...readOwn(own) };
}

/**
 * Reads what a model's metadata_props say: `incognita.preprocessing` (a sidecar's JSON as a string), or the keys of the ONNX
 * specification (onnx/onnx `docs/MetadataProps.md`): `Image.BitmapPixelFormat` and `Image.NominalPixelRange`.
 */
export function readMetadata(metadata: ReadonlyMap<string, string>): DeclaredPreprocessing {
  const own = metadata.get('incognita.preprocessing');
  if (own !== undefined) return readSidecar(JSON.parse(own));
  const declared: { -readonly [K in keyof DeclaredPreprocessing]: DeclaredPreprocessing[K] } = {};
  const format = metadata.get('Image.BitmapPixelFormat')?.toLowerCase();
  if (format) declared.colorOrder = format.startsWith('gray') ? 'gray' : format.startsWith('bgr') ? 'bgr' : 'rgb';
  const channels = declared.colorOrder === 'gray' ? 1 : 3;
  const fill = (value: number): number[] => new Array<number>(channels).fill(value);
  const range = metadata.get('Image.NominalPixelRange')?.toLowerCase();
  if (range === 'nominalrange_0_255') Object.assign(declared, { divisor: 1, mean: fill(0), std: fill(1) });
  if (range === 'normalized_0_1') Object.assign(declared, { divisor: 255, mean: fill(0), std: fill(1) });
  if (range === 'normalized_1_1') Object.assign(declared, { divisor: 255, mean: fill(0.5), std: fill(0.5) });
  return declared;
}

function readOwn(json: Record<string, unknown>): DeclaredPreprocessing {
  const size = optional(json, 'sizePx', isPositive, 'a positive number');
  return compact({
    widthPx: optional(json, 'widthPx', isPositive, 'a positive number') ?? size,
    heightPx: optional(json, 'heightPx', isPositive, 'a positive number') ?? size,
    resize: optional(json, 'resize', isOneOf('crop', 'stretch', 'pad'), '`crop`, `stretch` or `pad`'),
    divisor: optional(json, 'divisor', isPositive, 'a positive number'),
    mean: optional(json, 'mean', isNumbers, 'a list of numbers'),
    std: optional(json, 'std', isNumbers, 'a list of numbers'),
    colorOrder: optional(json, 'colorOrder', isOneOf('rgb', 'bgr', 'gray'), '`rgb`, `bgr` or `gray`'),
    layout: optional(json, 'layout', isOneOf('nchw', 'nhwc'), '`nchw` or `nhwc`'),
  });
}

function readHuggingFace(json: Record<string, unknown>): DeclaredPreprocessing {
  const rescale = json.do_rescale === false ? 1 : optional(json, 'rescale_factor', isPositive, 'a positive number');
  const normalizes = json.do_normalize !== false;
  const mean = optional(json, 'image_mean', isNumbers, 'a list of numbers');
  const std = optional(json, 'image_std', isNumbers, 'a list of numbers');
  const crops = json.do_center_crop === true;
  const size = sides((crops ? json.crop_size : undefined) ?? json.size ?? json.crop_size);
  const isHuggingFace = mean !== undefined || rescale !== undefined || json.do_center_crop !== undefined;
  return compact({
    ...size,
    divisor: rescale !== undefined ? 1 / rescale : mean ? 255 : undefined,
    mean: normalizes ? mean : mean?.map(() => 0),
    std: normalizes ? std : std?.map(() => 1),
    resize: !isHuggingFace
      ? undefined
      : json.do_pad === true
        ? 'pad'
        : crops
          ? 'crop'
          : json.do_resize === false
            ? 'crop'
            : 'stretch',
  });
}

function sides(size: unknown): DeclaredPreprocessing {
  if (isPositive(size)) return { widthPx: size, heightPx: size };
  if (typeof size !== 'object' || size === null) return {};
  const { width, height, shortest_edge: edge } = size as Record<string, unknown>;
  if (isPositive(width) && isPositive(height)) return { widthPx: width, heightPx: height };
  return isPositive(edge) ? { widthPx: edge, heightPx: edge } : {};
}

function asRecord(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${what} must be a JSON object.`);
  return value as Record<string, unknown>;
}

function optional<T>(
  json: Record<string, unknown>,
  key: string,
  check: (value: unknown) => value is T,
  wanted: string,
): T | undefined {
  const value = json[key];
  if (value === undefined || value === null) return undefined;
  if (!check(value)) throw new Error(`\`${key}\` must be ${wanted}, not ${JSON.stringify(value)}.`);
  return value;
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((v) => typeof v === 'number' && Number.isFinite(v));
}

function isOneOf<const T extends string>(...names: T[]): (value: unknown) => value is T {
  return (value): value is T => names.some((name) => name === value);
}

function compact(declared: { [K in keyof DeclaredPreprocessing]: DeclaredPreprocessing[K] | undefined }): DeclaredPreprocessing {
  return Object.fromEntries(Object.entries(declared).filter(([, value]) => value !== undefined)) as DeclaredPreprocessing;
}
