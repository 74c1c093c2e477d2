import type { LiveNetworkCard } from '@incognita/workspace/schema';
import { type EngineStatus, loadingStatus, statusOf } from '../../engine/engineStatus.js';
import { type OpenedNetwork, type OpenNetwork, startNetworkWorker } from '../../engine/networkCalls.js';
import { LIMIT_BYTES, type Provider, type TabEvent } from '../../engine/tabEngine.js';
import { WorkerClient } from '../../engine/workerClient.js';
import { createStore, type Store } from '../../state/store.js';
import { readCard } from './readCard.js';

/** A network that a worker of this tab runs. */
export interface TabNetwork {
  readonly key: string;
  readonly client: WorkerClient;
  readonly status: Store<EngineStatus>;
  /** Loads it, once. */
  open(): Promise<LiveNetworkCard>;
}

/** Which network, and how it is to run. */
export interface TabNetworkWish {
  /** Path in the offers. */
  readonly network: string;
  readonly provider: Provider;
  /** Whether there is a server of ours, which knows preprocessing and class names. */
  readonly server: boolean;
}

/** The last one: a tab holds one network at a time. */
let last: TabNetwork | null = null;

/** Ends the worker of this tab, and gives its memory back. */
export function endTabNetwork(): void {
  last?.client.dispose();
  last = null;
}

/** The worker of a network; that of another is ended. */
export function tabNetwork({ network, provider, server }: TabNetworkWish): TabNetwork {
  const key = `${provider} ${network}`;
  if (last?.key === key) return last;
  endTabNetwork();
  const status = createStore<EngineStatus>({ where: null, about: 'Being loaded …', reason: null });
  const client = new WorkerClient(startNetworkWorker(), (event) => {
    const told = event as TabEvent;
    status.set('engine' in told ? statusOf(told.engine) : loadingStatus(told));
  });
  let opening: Promise<LiveNetworkCard> | null = null;
  last = {
    key,
    client,
    status,
    open() {
      opening ??= open(client, { network, provider, server }).then(({ card, engine }) => {
        status.set(statusOf(engine));
        return card;
      });
      return opening;
    },
  };
  return last;
}

async function open(
  client: WorkerClient,
  { network, provider, server }: TabNetworkWish,
): Promise<{ card: LiveNetworkCard; engine: OpenedNetwork['engine'] }> {
  const known = server ? await readCard(network) : null;
  const page = new URL('.', location.href);
  const url = new URL(server ? `api/live/file/${encodeURIComponent(network)}/network.onnx` : network, page).href;
  const args: OpenNetwork = { url, preprocessing: known?.preprocessing, provider, limitBytes: LIMIT_BYTES };
  const { card, engine } = await client.call<OpenedNetwork>('open', args);
  const { provider: name, version, threads, reason } = engine;
  const own = { ...card, name: network.split('/').at(-1)! };
  return { card: { ...(known ?? own), engine: { name, version, threads, reason: reason ?? '' } }, engine };
}
