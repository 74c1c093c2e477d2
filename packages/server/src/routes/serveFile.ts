import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Context } from 'hono';
import { isAbsence } from '../place/publicFile.js';
import { mimeType } from './mimeTypes.js';
import { parseRange } from './range.js';

/** `immutable`: the path names the content for ever. `revalidate`: ask each time whether it has changed. */
export type CachePolicy = 'immutable' | 'revalidate';

const CACHE_CONTROL: Record<CachePolicy, string> = {
  immutable: 'public, max-age=31536000, immutable',
  revalidate: 'no-cache',
};

/** Answers with a file: conditional by ETag, in part by Range; null when it is no file that can be read. */
export async function serveFile(c: Context, file: string, cache: CachePolicy): Promise<Response | null> {
  const handle = await openFile(file);
  if (handle === null) return null;
  let handedOver = false;
  try {
    const { size, mtimeNs, ino } = await handle.stat({ bigint: true });
    const etag = fileTag({ size, mtimeNs, ino });
    const headers = new Headers({
      'Content-Type': mimeType(file),
      'Cache-Control': CACHE_CONTROL[cache],
      'Accept-Ranges': 'bytes',
      ETag: etag,
    });
    if (matches(c.req.header('If-None-Match'), etag)) return new Response(null, { status: 304, headers });
    const bytes = Number(size);
    const ifRange = c.req.header('If-Range');
    const range = ifRange === undefined || ifRange === etag ? parseRange(c.req.header('Range'), bytes) : 'whole';
    if (range === 'unsatisfiable') {
      headers.set('Content-Range', `bytes */${bytes}`);
      return new Response(null, { status: 416, headers });
    }
    const { first, last } = range === 'whole' ? { first: 0, last: bytes - 1 } : range;
    headers.set('Content-Length', String(last - first + 1));
    if (range !== 'whole') headers.set('Content-Range', `bytes ${first}-${last}/${bytes}`);
    const status = range === 'whole' ? 200 : 206;
    if (c.req.method === 'HEAD' || last < first) return new Response(null, { status, headers });
    const stream = handle.createReadStream({ start: first, end: last, highWaterMark: 1 << 18 });
    handedOver = true;
    return new Response(Readable.toWeb(stream) as ReadableStream, { status, headers });
  } finally {
    if (!handedOver) await handle.close();
  }
}

/** A strong validator: a file that is replaced by rename has another inode, one that is rewritten another time. */
export function fileTag({ size, mtimeNs, ino }: { size: bigint; mtimeNs: bigint; ino: bigint }): string {
  return `"${ino.toString(36)}-${size.toString(36)}-${mtimeNs.toString(36)}"`;
}

async function openFile(file: string): Promise<FileHandle | null> {
  try {
    const handle = await open(file, 'r');
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    return null;
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

/** RFC 9110 section 13.1.2, weak comparison. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
