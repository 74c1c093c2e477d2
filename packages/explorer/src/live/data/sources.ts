import { liveSamplesSchema, type WorkspaceManifest } from '@incognita/workspace/schema';
import { useResource } from '../../data/resource.js';
import type { PictureSource } from './LiveRun.js';

/** A picture that can be picked. */
export interface Sample {
  /** As in the address: `sample:ID`, `picture:N`. */
  readonly id: string;
  readonly name: string;
  /** Where it lies, relative to the page. */
  readonly path: string;
}

/** Pictures of the workspace that are offered, spread over all. */
const MOST_PICTURES = 18;

/** Pictures that come along with our server. */
export function useSamples(): readonly Sample[] {
  const { value } = useResource('live samples', async () => {
    const response = await fetch('./api/live/samples');
    if (!response.ok) throw new Error(`The samples cannot be read: the server answered ${response.status}.`);
    return liveSamplesSchema.parse(await response.json());
  });
  return (value ?? []).map(({ id, name, path }) => ({ id: `sample:${id}`, name, path }));
}

/** Some pictures of a workspace. */
export function picturesOf(manifest: WorkspaceManifest | null): Sample[] {
  const pictures = manifest?.dataset.pictures ?? [];
  const count = Math.min(MOST_PICTURES, pictures.length);
  return Array.from({ length: count }, (_, i) => pictureOf(pictures, Math.floor((i * pictures.length) / count)));
}

/** The picture that an address names, also one that is not offered. */
export function sampleOf(id: string, samples: readonly Sample[], manifest: WorkspaceManifest | null): Sample | null {
  const index = Number(/^picture:(\d+)$/.exec(id)?.[1] ?? Number.NaN);
  const pictures = manifest?.dataset.pictures ?? [];
  return index < pictures.length ? pictureOf(pictures, index) : (samples.find((sample) => sample.id === id) ?? null);
}

function pictureOf(pictures: WorkspaceManifest['dataset']['pictures'], index: number): Sample {
  const { file, label, image } = pictures[index]!;
  return { id: `picture:${index}`, name: label ?? file.split('/').at(-1)!, path: image };
}

/** A picture that lies beside the page. */
export function pathSource({ id, path }: Sample): PictureSource {
  return {
    key: id,
    moves: false,
    async next() {
      const response = await fetch(`./${path}`);
      if (!response.ok) throw new Error(`${path}: the server answered ${response.status}.`);
      return { kind: 'file', bytes: await response.blob() };
    },
  };
}

/** A file of the user's. */
export function fileSource(key: string, bytes: Blob): PictureSource {
  return { key, moves: false, next: async () => ({ kind: 'file', bytes }) };
}
