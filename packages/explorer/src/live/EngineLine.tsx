import { useStore } from '../state/store.js';
import { useLive } from './data/LiveContext.js';
import { drawTime } from './maps/drawTime.js';

/** How fast the network runs, and what the time goes to. */
export function EngineLine() {
  const { run } = useLive();
  const { frame, fps, transferMs } = useStore(run.state, (state) => state);
  const drawMs = useStore(drawTime, (ms) => ms);
  const parts = frame && {
    network: frame.ms.run,
    resize: frame.ms.decode + frame.ms.prepare,
    packing: frame.ms.pack,
    'waiting and transfer': frame.ms.wait + transferMs,
    drawing: drawMs,
  };
  return (
    <p className="engine-line number">
      {fps !== null && <b>{fps.toFixed(1)} frames a second. </b>}
      {parts && (
        <span className="quiet">
          Last frame, ms:{' '}
          {Object.entries(parts)
            .map(([what, ms]) => `${what} ${ms < 9.95 ? ms.toFixed(1) : ms.toFixed(0)}`)
            .join(', ')}
          .
        </span>
      )}
    </p>
  );
}
