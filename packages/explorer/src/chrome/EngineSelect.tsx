import type { EngineStatus, Where } from '../engine/engineStatus.js';
import { type Store, useStore } from '../state/store.js';
import './EngineSelect.css';

const NAMES: Readonly<Record<Where, string>> = {
  server: 'on the server',
  webgpu: 'in this tab, WebGPU',
  wasm: 'in this tab, WebAssembly',
};

interface Props {
  readonly status: Pick<Store<EngineStatus>, 'get' | 'subscribe'>;
  /** What was asked for. */
  readonly wanted: Where;
  /** Whether there is a server of ours. */
  readonly server: boolean;
  readonly choose: (where: Where) => void;
}

/** Where a model runs, why not elsewhere, and a choice of it. */
export function EngineSelect({ status, wanted, server, choose }: Props) {
  const { where, about, reason } = useStore(status, (now) => now);
  const choices = (Object.keys(NAMES) as Where[]).filter((name) => name !== 'server' || server);
  return (
    <div className="engine-choice">
      <label>
        Runs{' '}
        <select value={where ?? wanted} onChange={(event) => choose(event.target.value as Where)}>
          {choices.map((name) => (
            <option key={name} value={name}>
              {NAMES[name]}
            </option>
          ))}
        </select>
      </label>
      <output className="quiet">
        {about}
        {reason && ` Not on WebGPU: ${reason}.`}
      </output>
    </div>
  );
}
