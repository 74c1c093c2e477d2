import { useStore } from '../state/store.js';
import { useEngine, type Where } from './data/engine.js';
import { changeLanguage } from './languageAddress.js';

const NAMES: Readonly<Record<Where, string>> = {
  server: 'on the server',
  webgpu: 'in this tab, WebGPU',
  wasm: 'in this tab, WebAssembly',
};

/** Where the decoder runs, and a choice of it. */
export function EngineChoice({ server }: { server: boolean }) {
  const engine = useEngine();
  const { where, about, reason } = useStore(engine.status, (status) => status);
  const wanted = engine.key.split(' ')[0] as Where;
  const choices = (Object.keys(NAMES) as Where[]).filter((name) => name !== 'server' || server);
  return (
    <div className="engine-choice">
      <label>
        Runs{' '}
        <select value={where ?? wanted} onChange={(event) => changeLanguage({ engine: event.target.value as Where })}>
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

/** What to do where a tab cannot. */
export function ServerOffer({ server }: { server: boolean }) {
  const engine = useEngine();
  if (engine.key.startsWith('server')) return null;
  return server ? (
    <button type="button" className="link-button" onClick={() => changeLanguage({ engine: 'server' })}>
      Run it on the server
    </button>
  ) : (
    <>
      Where Node is installed, a server runs it: <code>npx incognita open FOLDER</code>
    </>
  );
}
