import { WORKSPACE_VERSION, type WorkspaceManifest, workspaceManifestSchema } from '@incognita/workspace/schema';

export type ManifestState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly manifest: WorkspaceManifest }
  | { readonly kind: 'missing'; readonly detail: string }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'invalid'; readonly detail: string };

/** Reads the text of `incognita.json`: tells a newer format from a broken one. */
export function parseManifest(text: string): ManifestState {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { kind: 'invalid', detail: `incognita.json is not JSON: ${(error as Error).message}` };
  }
  const { version } = Object(json) as { version?: unknown };
  if (typeof version === 'number' && version > WORKSPACE_VERSION) return { kind: 'newer', version };
  const parsed = workspaceManifestSchema.safeParse(json);
  if (parsed.success) return { kind: 'ready', manifest: parsed.data };
  const [issue] = parsed.error.issues;
  return { kind: 'invalid', detail: `incognita.json: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}` };
}

const POLL_MS = 2000;

/**
 * Follows `./incognita.json` while the atlas is being built: by server-sent events where the server has them, and always by
 * conditional requests every two seconds. Calls `onChange` only when the text has changed. Returns a function that stops it.
 */
export function watchManifest(onChange: (state: ManifestState) => void): () => void {
  let text: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let events: EventSource | null = null;
  let stopped = false;

  const load = async () => {
    clearTimeout(timer);
    let state: ManifestState | null = null;
    try {
      // `no-cache` makes the browser ask with If-None-Match or If-Modified-Since, whichever the server gave it.
      const response = await fetch('./incognita.json', { cache: 'no-cache' });
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      const next = await response.text();
      if (next !== text) state = parseManifest(next);
      text = next;
    } catch (error) {
      if (text === null) state = { kind: 'missing', detail: (error as Error).message };
    }
    if (stopped) return;
    if (state) onChange(state);
    const building = state?.kind === 'ready' ? !state.manifest.complete : state === null || state.kind === 'missing';
    if (state?.kind === 'ready') listen(building);
    if (building) timer = setTimeout(load, POLL_MS);
  };
  const listen = (building: boolean) => {
    if (!building) {
      events?.close();
      events = null;
    } else if (!events && 'EventSource' in globalThis) {
      events = new EventSource('./api/events');
      events.onmessage = () => void load();
      events.addEventListener('manifest', () => void load());
      events.onerror = () => events?.close();
    }
  };
  void load();
  return () => {
    stopped = true;
    clearTimeout(timer);
    events?.close();
  };
}
