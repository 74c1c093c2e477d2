import './Evolution.css';
import type { TrainingIcons } from '@incognita/workspace/schema';
import { useEffect, useState } from 'react';
import { Icon } from '../../chrome/icons.js';
import { useKeys } from '../../chrome/useKeys.js';
import { formatCount } from '../../ui/format.js';
import { useLearnAddress } from '../learnAddress.js';
import { IconStrip } from './IconStrip.js';
import { Kernels } from './Kernels.js';

const FRAME_MS = 450;

interface Props {
  readonly path: string;
  /** Steps of which there are kernels, ascending. */
  readonly steps: readonly number[];
  /** The run is still going on. */
  readonly running: boolean;
  readonly icons: TrainingIcons | null;
}

/** What the network was like at each evaluation: its first layer and pictures that excite its last, by a slider and in motion. */
export function Evolution({ path, steps, running, icons }: Props) {
  const [{ step: asked }, set] = useLearnAddress();
  const [playing, setPlaying] = useState(false);
  const last = steps.length - 1;
  const found = asked === null ? last : steps.findLastIndex((step) => step <= asked);
  const index = Math.max(0, found);
  const show = (next: number) => set({ step: next >= last ? null : steps[next]! });

  useEffect(() => {
    if (!playing) return;
    if (index >= last) {
      if (!running) setPlaying(false);
      return;
    }
    const timer = setTimeout(() => show(index + 1), FRAME_MS);
    return () => clearTimeout(timer);
  });
  const togglePlay = () => {
    if (!playing && index >= last) show(0);
    setPlaying(!playing);
  };
  useKeys({ k: togglePlay, ',': () => show(Math.max(0, index - 1)), '.': () => show(index + 1) });
  if (steps.length === 0) return null;
  const step = steps[index]!;
  return (
    <section className="evolution" aria-labelledby="evolution-title">
      <div className="section-head">
        <h2 id="evolution-title">What it sees with</h2>
      </div>
      <div className="player">
        <button type="button" className="button" onClick={togglePlay}>
          <Icon name={playing ? 'pause' : 'play'} />
          {playing ? 'Pause' : 'Play'}
        </button>
        <input
          type="range"
          min={0}
          max={last}
          value={index}
          aria-label="Evaluation"
          aria-valuetext={`step ${formatCount(step)}`}
          onChange={(event) => {
            setPlaying(false);
            show(Number(event.target.value));
          }}
        />
        <output className="number">
          step {formatCount(step)}
          {asked === null && running && ', the last'}
        </output>
      </div>
      <Kernels path={path} step={step} next={steps[index + 1]} />
      {icons && <IconStrip path={path} step={step} icons={icons} />}
    </section>
  );
}
