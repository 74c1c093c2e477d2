import { useCallback, useEffect, useRef, useState } from 'react';
import { useKeys } from '../../chrome/useKeys.js';
import { useStore } from '../../state/store.js';
import { useLive } from '../data/LiveContext.js';
import type { PictureSource } from '../data/LiveRun.js';
import { fileSource, type Sample } from '../data/sources.js';
import { changeLive } from '../liveAddress.js';
import { type Camera, openCamera } from './camera.js';
import { SeenCanvas } from './SeenCanvas.js';
import { useDropped } from './useDropped.js';

interface Props {
  readonly own: PictureSource | null;
  readonly setOwn: (source: PictureSource | null) => void;
  readonly offered: readonly Sample[];
  readonly chosen: string | null;
}

let count = 0;

/** What the network sees, and where pictures come from: a file, the clipboard, samples, a camera. */
export function PicturePanel({ own, setOwn, offered, chosen }: Props) {
  const { run, card } = useLive();
  const frame = useStore(run.state, (state) => state.frame);
  const busy = useStore(run.state, (state) => state.busy);
  const [refused, setRefused] = useState<string | null>(null);
  const camera = useRef<Camera | null>(null);
  const input = useRef<HTMLInputElement>(null);

  const stopCamera = useCallback((): void => {
    camera.current?.stop();
    camera.current = null;
  }, []);
  useEffect(() => stopCamera, [stopCamera]);
  const show = (file: Blob): void => {
    stopCamera();
    setRefused(null);
    count += 1;
    setOwn(fileSource(`own ${count}`, file));
  };
  const dropping = useDropped(show);
  const toggleCamera = async (): Promise<void> => {
    setRefused(null);
    if (camera.current !== null) {
      stopCamera();
      return setOwn(null);
    }
    try {
      count += 1;
      const opened = await openCamera(`camera ${count}`, () => {
        camera.current = null;
        setOwn(null);
        setRefused('The camera has ended.');
      });
      camera.current = opened;
      setOwn(opened);
    } catch (error) {
      setRefused((error as Error).message);
    }
  };
  useKeys({ c: () => void toggleCamera() });
  const isOn = own?.moves === true;
  return (
    <section aria-labelledby="picture-title" className="live-picture" data-dropping={dropping || undefined}>
      <h2 id="picture-title">The picture</h2>
      <div className="seen" aria-busy={busy}>
        {frame ? <SeenCanvas seen={frame.seen} /> : <p className="quiet">Drop a picture here, or pick one.</p>}
      </div>
      <div className="picture-tools">
        <button type="button" className="button" onClick={() => input.current!.click()}>
          Open a picture …
        </button>
        <button type="button" className="button" aria-pressed={isOn} onClick={() => void toggleCamera()}>
          {isOn ? 'Camera off' : 'Camera'}
        </button>
        <input
          ref={input}
          type="file"
          accept="image/*"
          className="visually-hidden"
          tabIndex={-1}
          aria-label="A picture file"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            if (file) show(file);
            event.target.value = '';
          }}
        />
      </div>
      {refused && <p role="alert">{refused}</p>}
      <p className="small quiet">Or drop one on the page, or paste one. It stays on this machine.</p>
      <ul className="samples" aria-label="Pictures to pick">
        {offered.map(({ id, name, path }) => (
          <li key={id}>
            <button
              type="button"
              title={name}
              aria-pressed={id === chosen}
              ref={id === chosen ? intoSight : undefined}
              onClick={() => {
                stopCamera();
                setRefused(null);
                setOwn(null);
                changeLive({ picture: id });
              }}
            >
              <img src={`./${path}`} alt={name} loading="lazy" />
            </button>
          </li>
        ))}
      </ul>
      <details className="small">
        <summary>How pictures become input</summary>
        <p>{card.preprocessing.statement}</p>
      </details>
    </section>
  );
}

/** Scrolls the list so that the chosen picture is seen, and leaves the page where it is. */
function intoSight(button: HTMLButtonElement | null): void {
  const list = button?.closest<HTMLElement>('.samples');
  if (!button || !list) return;
  const [inner, outer] = [button.getBoundingClientRect(), list.getBoundingClientRect()];
  if (inner.top < outer.top || inner.bottom > outer.bottom) list.scrollTop += inner.top - outer.top - inner.height;
}
