import type { LayerMicroscope } from '@incognita/workspace/schema';
import { useMemo } from 'react';
import type { Resource } from '../../data/resource.js';
import { className } from '../data/classNames.js';
import { useClassPush, useExemplars } from '../data/layerData.js';
import { useMicroscope } from '../data/MicroscopeContext.js';

const NOTHING = { value: null, error: null } as const;

/**
 * Channels that push a class whose name holds the text, or have a picture with such a label among their strongest. The value is null while no
 * text is asked for, or its answer is not known.
 */
export function useMatches(layer: LayerMicroscope, text: string): Resource<ReadonlySet<number>> {
  const { manifest } = useMicroscope();
  const wanted = text.trim().toLowerCase();
  const asked = wanted !== '';
  const push = useClassPush(asked ? layer : null);
  const exemplars = useExemplars(asked ? layer : null);
  return useMemo(() => {
    if (!asked) return NOTHING;
    const found = new Set<number>();
    const fits = (name: string | null | undefined) => name?.toLowerCase().includes(wanted) ?? false;
    for (const [channel, rows] of push.value ?? [])
      if (rows.some((row) => row.push > 0 && fits(className(manifest, row.class)))) found.add(channel);
    for (const [channel, rows] of exemplars.value ?? [])
      if (rows.some(({ kind, picture }) => kind === 'top' && fits(manifest.dataset.pictures[picture]?.label))) found.add(channel);
    const error = push.error ?? exemplars.error;
    return error === null ? { value: exemplars.value === null ? null : found, error: null } : { value: null, error };
  }, [asked, wanted, push, exemplars, manifest]);
}
