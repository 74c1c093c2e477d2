import type { Provider } from '../../engine/tabEngine.js';
import type { Attribution, EnginePicture, Frame, LiveEngine } from './LiveEngine.js';
import { tabNetwork } from './tabNetwork.js';
import { tabPicture } from './tabPicture.js';

/** A worker of this tab runs the network. */
export function tabEngine(network: string, provider: Provider, server: boolean): LiveEngine {
  const { client, status, open, key } = tabNetwork({ network, provider, server });
  const call = async <T>(name: string, picture: EnginePicture, args: object, signal?: AbortSignal): Promise<T> =>
    client.call<T>(name, { ...args, picture: await tabPicture(picture) }, { signal });
  return {
    key,
    status,
    open,
    frame: ({ picture, layer, values }, signal) => call<Frame>('frame', picture, { layer, values }, signal),
    attribute({ picture, layer, method, target, steps }, signal) {
      const [kind, index] = target.split(':') as ['class' | 'channel', string];
      const unit = kind === 'class' ? { class: Number(index) } : { channel: Number(index) };
      return call<Attribution>('attribute', picture, { layer, method, target: unit, steps }, signal);
    },
  };
}
