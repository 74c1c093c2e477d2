import { useRef } from 'react';
import type { Resource } from '../../data/resource.js';

/** What was loaded last stands until the next is there, so that motion does not flicker. */
export function useLasting<T>(resource: Resource<T>): Resource<T> {
  const last = useRef(resource);
  if (resource.value !== null || resource.error !== null) last.current = resource;
  return last.current;
}
