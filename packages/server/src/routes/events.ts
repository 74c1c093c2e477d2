import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ManifestWatch } from '../manifestWatch.js';

const KEEP_ALIVE_MS = 15_000;

/**
 * A stream of server-sent events: `manifest` with the manifest's ETag at once (unless the reader knows it: `Last-Event-ID`) and
 * whenever it changes. It ends when the reader goes or `closing` is aborted.
 */
export function streamEvents(c: Context, manifest: ManifestWatch, closing: AbortSignal): Response {
  return streamSSE(c, async (stream) => {
    let sent = c.req.header('Last-Event-ID') ?? null;
    const send = async (tag: string | null) => {
      if (tag === null || tag === sent) return;
      sent = tag;
      await stream.writeSSE({ event: 'manifest', id: tag, data: JSON.stringify({ etag: tag }) });
    };
    const ended = new Promise<void>((resolve) => {
      stream.onAbort(resolve);
      if (closing.aborted) resolve();
      closing.addEventListener('abort', () => resolve(), { once: true });
    });
    const keepAlive = setInterval(() => void stream.write(': still here\n\n'), KEEP_ALIVE_MS).unref();
    const unsubscribe = manifest.subscribe((tag) => void send(tag));
    await stream.write('retry: 1000\n\n');
    await send(await manifest.tag());
    await ended;
    unsubscribe();
    clearInterval(keepAlive);
  });
}
