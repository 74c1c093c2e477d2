import type { Preprocessing } from '@incognita/vision';
import { scanPictures } from '@incognita/workspace';
import type { AtlasContext } from '../pipeline/options.js';
import { taskRef } from '../tasks.js';
import type { HashArgs, PrepareArgs, Prepared } from './prepare.task.node.js';

/** A picture that the atlas uses. */
export interface UsedPicture {
  /** Path within the folder. */
  readonly file: string;
  /** As the network sees it: a path in the workspace. */
  readonly image: string;
  readonly label: string | null;
  /** Size that the network sees; the stored file may have a multiple of it. */
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface PicturesResult {
  /** Identifies names, bytes and preprocessing of all pictures. */
  readonly hashes: readonly string[];
  readonly used: readonly UsedPicture[];
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** Names and SHA-256 of the files, for the dataset's own. */
  readonly files: readonly { readonly file: string; readonly sha256: string | null }[];
}

export interface PicturesOptions {
  readonly folder: string;
  readonly preprocessing: Preprocessing;
  readonly scale: number;
  readonly maxMegapixels: number;
}

type PictureRecord = { file: string; image: string; widthPx: number; heightPx: number } | { file: string; reason: string };

/** Pictures of one stage: a broken-off run loses no more than these. */
const STAGE_PICTURES = 128;
const QUALITY = 85;

/** Stores every picture as the network sees it, WebP at quality 85, in stages of 128; lists those that cannot be used. */
export async function preparePictures(options: PicturesOptions, context: AtlasContext): Promise<PicturesResult> {
  const { workspace, pool, signal, onProgress } = context;
  const { folder, preprocessing, scale, maxMegapixels } = options;
  const scan = await scanPictures(folder);
  const names = scan.pictures.map(({ file }) => file);
  const labelOf = new Map(scan.pictures.map(({ file, label }) => [file, label]));
  const { source: _source, statement: _statement, ...rule } = preprocessing;
  let done = 0;
  const tick = (by: number) => {
    done += by;
    onProgress?.({ stage: 'pictures', layer: null, done, total: names.length });
  };
  const stages = Array.from({ length: Math.ceil(names.length / STAGE_PICTURES) }, async (_, s) => {
    const files = names.slice(s * STAGE_PICTURES, (s + 1) * STAGE_PICTURES);
    const hashes = await pool.run<HashArgs, (string | null)[]>(
      taskRef('pictures/prepare.task.node', 'hashPictures'),
      { folder, files },
      { signal },
    );
    const inputs = {
      files: files.map((file, i) => [file, hashes[i]!]),
      preprocessing: { ...rule, mean: [...rule.mean], std: [...rule.std] },
      maxMegapixels,
      quality: QUALITY,
      ...(scale === 1 ? {} : { scale }),
    };
    let counted = 0;
    const stage = await workspace.stage<PictureRecord[]>({ name: 'pictures', version: 1, inputs }, async (out) => {
      const args: PrepareArgs = { folder, files, preprocessing, scale, maxMegapixels, quality: QUALITY };
      const onTick = () => {
        counted++;
        tick(1);
      };
      const prepared = await pool.run<PrepareArgs, Prepared[]>(taskRef('pictures/prepare.task.node', 'preparePictures'), args, {
        signal,
        onProgress: onTick,
      });
      const records: PictureRecord[] = [];
      for (const [i, picture] of prepared.entries()) {
        const file = files[i]!;
        if ('reason' in picture) {
          records.push({ file, reason: picture.reason });
          continue;
        }
        const image = `${String(s * STAGE_PICTURES + i).padStart(6, '0')}.webp`;
        await out.write(image, picture.webp);
        records.push({ file, image, widthPx: picture.widthPx, heightPx: picture.heightPx });
      }
      return records;
    });
    tick(files.length - counted);
    return { stage, hashes: files.map((file, i) => ({ file, sha256: hashes[i]! })) };
  });
  const finished = await Promise.all(stages);
  const records = finished.flatMap(({ stage }) =>
    stage.value.map((record) => ('image' in record ? { ...record, image: `${stage.path}/${record.image}` } : record)),
  );
  return {
    hashes: finished.map(({ stage }) => stage.hash),
    used: records.filter((record) => 'image' in record).map((record) => ({ ...record, label: labelOf.get(record.file) ?? null })),
    skipped: records.filter((record) => 'reason' in record),
    files: finished.flatMap(({ hashes }) => hashes),
  };
}
