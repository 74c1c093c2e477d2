import type { ClassPushRow, LayerMicroscope } from '@incognita/workspace/schema';
import { formatSigned } from '../../ui/format.js';
import { className } from '../data/classNames.js';
import { useClassPush } from '../data/layerData.js';
import { useMicroscope } from '../data/MicroscopeContext.js';

/** The classes that a channel pushes most, and pushes away most. */
export function Classes({ layer, channel }: { layer: LayerMicroscope; channel: number }) {
  const { manifest } = useMicroscope();
  const push = useClassPush(layer);
  const rows = push.value?.get(channel) ?? [];
  const most = Math.max(0, ...rows.map((row) => Math.abs(row.push)));
  const half = Math.ceil(rows.length / 2);
  return (
    <section aria-label="Classes">
      <h2>Classes</h2>
      {push.error !== null && <p role="alert">{push.error}</p>}
      {layer.classPush === null ? (
        <p className="quiet">
          {manifest.classes === null
            ? 'The network has no classes.'
            : 'Not measured for this layer: classes are measured for blocks (convolutions where there are no blocks) whose way to them has a gradient.'}
        </p>
      ) : (
        <>
          <p className="lead">Activation × gradient of each class’s score, over all positions, mean over some pictures.</p>
          <div className="pushes">
            <Pushes title="Pushes" rows={rows.slice(0, half)} most={most} />
            <Pushes title="Pushes away" rows={rows.slice(half).toReversed()} most={most} />
          </div>
        </>
      )}
    </section>
  );
}

function Pushes({ title, rows, most }: { title: string; rows: readonly ClassPushRow[]; most: number }) {
  const { manifest } = useMicroscope();
  return (
    <div>
      <h3>{title}</h3>
      <ol>
        {rows.map((row) => (
          <li key={row.class} className="push" data-negative={row.push < 0 || undefined}>
            <span>{className(manifest, row.class)}</span>
            <span className="number">{formatSigned(row.push)}</span>
            <span className="push-bar" style={{ '--share': most === 0 ? 0 : Math.abs(row.push) / most } as React.CSSProperties} />
          </li>
        ))}
      </ol>
    </div>
  );
}
