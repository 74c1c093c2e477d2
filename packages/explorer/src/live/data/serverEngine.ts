import {
  decodeSafetensors,
  liveAttributionFactsSchema,
  liveFrameFactsSchema,
  type SafetensorsFile,
} from '@incognita/workspace/schema';
import type { EngineStatus } from '../../engine/engineStatus.js';
import { createStore } from '../../state/store.js';
import type { EnginePicture, Frame, LiveEngine, SeenPicture } from './LiveEngine.js';
import { reach } from './reach.js';
import { readCard } from './readCard.js';

/** Pictures larger than this are refused by the server. */
const MOST_BYTES = 64 * 2 ** 20;

/** Our server runs the network, in worker threads on this machine. @param stream tells this page's pictures from those of other tabs. */
export function serverEngine(stream: string): LiveEngine {
  const status = createStore<EngineStatus>({ where: 'server', about: '', reason: null });
  return {
    key: `server ${stream}`,
    status,
    async open(network) {
      const card = await readCard(network);
      const { name, version, threads } = card.engine;
      const on = threads === 1 ? 'one thread' : `${threads} threads`;
      status.set({
        where: 'server',
        about: `ONNX Runtime ${version}, ${name === 'cpu' ? 'native' : 'WebAssembly'}, ${on}.`,
        reason: null,
      });
      return card;
    },
    async frame({ network, layer, picture, values }, signal) {
      const query = { network, stream, ...(layer === null ? {} : { layer }), ...(values ? { values: '1' } : {}) };
      const file = await post('frame', query, picture, signal);
      return file && readFrame(file);
    },
    async attribute({ network, layer, picture, method, target, steps }, signal) {
      const query = { network, stream, layer, method, target, steps: String(steps) };
      const file = await post('attribute', query, picture, signal);
      if (file === null) return null;
      const map = file.tensors.get('map')!;
      const facts = liveAttributionFactsSchema.parse(JSON.parse(file.metadata.facts!));
      const [rows, columns] = map.shape as [number, number];
      return { ...facts, seen: seenOf(file), rows, columns, map: map.data as Float32Array };
    },
  };
}

/** The tensors of a frame as the page uses them. */
export function readFrame(file: SafetensorsFile): Frame {
  const { pool, ms } = liveFrameFactsSchema.parse(JSON.parse(file.metadata.facts!));
  const maps = file.tensors.get('maps');
  const [channels, rows, columns] = (maps?.shape ?? []) as [number, number, number];
  const floats = (name: string) => (file.tensors.get(name)?.data ?? null) as Float32Array | null;
  return {
    seen: seenOf(file),
    scores: floats('scores'),
    maps:
      maps === undefined ? null : { channels, rows, columns, pool, bytes: maps.data as Uint8Array, ranges: floats('ranges')! },
    values: floats('values'),
    ms,
  };
}

function seenOf({ tensors }: SafetensorsFile): SeenPicture {
  const { data, shape } = tensors.get('seen')!;
  return { height: shape[0]!, width: shape[1]!, data: data as Uint8Array };
}

async function post(
  route: string,
  query: Record<string, string>,
  picture: EnginePicture,
  signal?: AbortSignal,
): Promise<SafetensorsFile | null> {
  const size: Record<string, string> =
    picture.kind === 'pixels' ? { width: `${picture.width}`, height: `${picture.height}`, channels: '4' } : {};
  const body = picture.kind === 'pixels' ? picture.data : picture.bytes;
  const bytes = body instanceof Blob ? body.size : body.byteLength;
  if (bytes > MOST_BYTES)
    throw new Error(
      `The picture has ${Math.round(bytes / 2 ** 20)} MB; up to ${MOST_BYTES / 2 ** 20} MB are read. Make it smaller.`,
    );
  const response = await reach(`./api/live/${route}?${new URLSearchParams({ ...query, ...size })}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body,
    ...(signal ? { signal } : {}),
  });
  return response.status === 204 ? null : decodeSafetensors(new Uint8Array(await response.arrayBuffer()));
}
