import { memo, useMemo, useRef } from 'react';
import './Minimap.css';
import { useStore } from '../../state/store.js';
import { useCells } from '../data/atlasData.js';
import { useAtlas } from '../state/AtlasContext.js';
import { visiblePart } from './geometry.js';
import { moveByKey } from './mapKeys.js';
import { Overview } from './Overview.js';

/** The whole map, small, with the part on the screen framed; drag the frame, or press anywhere to go there. */
export const Minimap = memo(function Minimap() {
  const atlas = useAtlas();
  const { camera, viewport, shown } = atlas;
  const place = useStore(camera, (c) => c);
  const view = useStore(viewport, (v) => v);
  const box = useRef<HTMLDivElement>(null);
  const part = useMemo(() => visiblePart(place, view), [place, view]);
  const cells = useCells(shown.grid).value;
  const clip = (v: number) => Math.min(1, Math.max(0, v));
  const [left, top, right, bottom] = [clip(part.left), clip(part.top), clip(part.right), clip(part.bottom)];

  const goTo = (event: React.PointerEvent) => {
    const { left: x0, top: y0, width, height } = box.current!.getBoundingClientRect();
    camera.move({ ...camera.get(), x: clip((event.clientX - x0) / width), y: clip((event.clientY - y0) / height) });
  };
  return (
    <section className="minimap" aria-label="Overview">
      <div
        ref={box}
        className="minimap-box"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          goTo(event);
        }}
        onPointerMove={(event) => {
          if (event.buttons & 1) goTo(event);
        }}
      >
        <Overview grid={shown.grid} table={cells} sizePx={132} filter={shown.filter} />
        <div
          className="minimap-frame"
          style={{
            left: `${left * 100}%`,
            top: `${top * 100}%`,
            width: `${Math.max(0, right - left) * 100}%`,
            height: `${Math.max(0, bottom - top) * 100}%`,
          }}
        />
      </div>
      <div className="minimap-buttons">
        <button type="button" aria-label="Zoom in" onClick={() => moveByKey(atlas, '+')}>
          +
        </button>
        <button type="button" aria-label="Zoom out" onClick={() => moveByKey(atlas, '-')}>
          −
        </button>
        <button type="button" className="wide" onClick={() => moveByKey(atlas, '0')}>
          Whole map
        </button>
      </div>
    </section>
  );
});
