import './Progress.css';
import { formatCount } from '../../ui/format.js';
import { useAtlas } from '../state/AtlasContext.js';

/** The stages of a run in plain words; others are shown by their own name. */
const STAGES: Readonly<Record<string, string>> = {
  pictures: 'Reading pictures',
  collect: 'Collecting activations',
  neighbors: 'Finding neighbours',
  layout: 'Laying out the map',
  cells: 'Filling the grids',
  attribution: 'Asking for classes',
  icons: 'Making icons',
  channels: 'Finding patches of channels',
  wiring: 'Finding connections of channels',
  images: 'Making images of channels',
};

/** What a running build is making now, from the manifest that it rewrites. */
export function Progress() {
  const { manifest } = useAtlas();
  if (manifest.complete) return null;
  const { progress } = manifest;
  if (!progress) return <p className="progress">Unfinished: run the same command again to go on.</p>;
  const { stage, layer, done, total } = progress;
  const name = `${STAGES[stage] ?? stage}${layer ? `, ${layer}` : ''}`;
  return (
    <div className="progress">
      <span>
        {name}: <span className="number">{formatCount(done)}</span> of <span className="number">{formatCount(total)}</span>
      </span>
      <progress aria-label={name} value={done} max={Math.max(1, total)} />
    </div>
  );
}
