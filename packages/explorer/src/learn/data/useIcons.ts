import { type TrainingIcons, trainingIconsSchema } from '@incognita/workspace/schema';
import { useEffect, useState } from 'react';

const POLL_MS = 3000;

/** What optimised images a run has, read again while it goes on; null where there are none. */
export function useIcons(path: string, { made, running }: { made: boolean; running: boolean }): TrainingIcons | null {
  const [icons, setIcons] = useState<TrainingIcons | null>(null);
  useEffect(() => {
    if (!made) {
      setIcons(null);
      return;
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;
    const look = async () => {
      // Before the first images there is no file, which is no failure.
      const response = await fetch(`./${path}icons/index.json`, { cache: 'no-cache' }).catch(() => null);
      const parsed = response?.ok ? trainingIconsSchema.safeParse(await response.json().catch(() => null)) : null;
      if (stopped) return;
      if (parsed?.success) setIcons(parsed.data);
      if (running) timer = setTimeout(look, POLL_MS);
    };
    void look();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [path, made, running]);
  return icons;
}
