import { EngineSelect } from '../chrome/EngineSelect.js';
import { ServerOffer } from '../chrome/ServerOffer.js';
import type { Where } from '../engine/engineStatus.js';
import { useEngine } from './data/engine.js';
import { changeLanguage } from './languageAddress.js';

/** Where the decoder runs, and a choice of it. */
export function EngineChoice({ server }: { server: boolean }) {
  const { status, key } = useEngine();
  const choose = (engine: Where) => changeLanguage({ engine });
  return <EngineSelect status={status} wanted={key.split(' ')[0] as Where} server={server} choose={choose} />;
}

/** The offer of our server, where a tab cannot. */
export function ServerInstead({ server }: { server: boolean }) {
  const { key } = useEngine();
  return key.startsWith('server') ? null : <ServerOffer server={server} choose={(engine) => changeLanguage({ engine })} />;
}
