import { useEffect, useState } from 'react';

/** What a load has come to; the value of an earlier key is not shown for a later one. */
export interface Resource<T> {
  readonly value: T | null;
  readonly error: string | null;
}

interface Entry {
  readonly promise: Promise<unknown>;
  settled: Resource<unknown> | null;
}

const cache = new Map<string, Entry>();
const PENDING: Resource<never> = { value: null, error: null };

/** Loads once a key and remembers: the files of a workspace are immutable. A failure is forgotten, so that it can be tried again. */
export function load<T>(key: string, loader: () => Promise<T>): Promise<T> {
  const known = cache.get(key);
  if (known) return known.promise as Promise<T>;
  const entry: Entry = { promise: loader(), settled: null };
  cache.set(key, entry);
  entry.promise.then(
    (value) => {
      entry.settled = { value, error: null };
    },
    () => cache.delete(key),
  );
  return entry.promise as Promise<T>;
}

/** Forgets what was loaded under keys that begin with `prefix` and are not among `keep`. */
export function forgetExcept(prefix: string, keep: ReadonlySet<string>): void {
  for (const key of cache.keys()) if (key.startsWith(prefix) && !keep.has(key)) cache.delete(key);
}

/** {@link load} for a component; a null key loads nothing. */
export function useResource<T>(key: string | null, loader: () => Promise<T>): Resource<T> {
  const [state, setState] = useState<{ key: string | null; resource: Resource<T> }>({ key: null, resource: PENDING });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key names what the loader loads
  useEffect(() => {
    if (key === null || cache.get(key)?.settled) return;
    let current = true;
    load(key, loader).then(
      (value) => current && setState({ key, resource: { value, error: null } }),
      (error: Error) => current && setState({ key, resource: { value: null, error: error.message } }),
    );
    return () => {
      current = false;
    };
  }, [key]);
  if (key === null) return PENDING;
  const settled = cache.get(key)?.settled as Resource<T> | null | undefined;
  return settled ?? (state.key === key ? state.resource : PENDING);
}
