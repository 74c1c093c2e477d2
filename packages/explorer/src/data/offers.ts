import { NO_OFFERS, type Offers, offersSchema } from '@incognita/workspace/schema';

const POLL_EMPTY_MS = 2000;
const POLL_MS = 5000;

/**
 * Asks what lies beside the page, again and again: runs and maps come while one looks. Calls `onChange` when the answer has changed.
 * Returns a function that stops it.
 */
export function watchOffers(onChange: (offers: Offers) => void): () => void {
  let last = '';
  let known: Offers | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const look = async () => {
    let offers = await readOffers();
    if (stopped) return;
    // A server of ours that is away comes back with what it had; what is open meanwhile says so itself.
    if (known?.server && !offers.server) offers = known;
    const text = JSON.stringify(offers);
    if (text !== last) onChange(offers);
    last = text;
    known = offers;
    const empty =
      !offers.atlas &&
      !offers.microscope &&
      offers.runs.length + offers.studies.length + offers.decoders.length + offers.networks.length === 0;
    // A static folder that holds something is what it is: only a server of ours can tell of more.
    if (empty || offers.server) timer = setTimeout(look, empty ? POLL_EMPTY_MS : POLL_MS);
  };
  void look();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** From our server; else from `offers.json`; else from what is found: any static web server will do. */
async function readOffers(): Promise<Offers> {
  return (await readListed('./api/offers')) ?? (await readListed('./offers.json')) ?? (await findOffers());
}

async function readListed(path: string): Promise<Offers | null> {
  try {
    const response = await fetch(path, { cache: 'no-cache' });
    return response.ok ? offersSchema.parse(await response.json()) : null;
  } catch {
    return null;
  }
}

async function findOffers(): Promise<Offers> {
  const files = ['./incognita.json', './run.json', './tokenizer.json'];
  const [workspace, run, tokenizer] = await Promise.all(files.map(isThere));
  const decoder = tokenizer && (await isThere('./model.onnx'));
  return {
    ...{ ...NO_OFFERS, ...(workspace ? await readHeld() : {}) },
    runs: run ? [{ name: 'Training run', path: '' }] : [],
    decoders: decoder ? [{ name: 'Language model', path: '' }] : [],
  };
}

/** What the workspace beside the page holds; a manifest that cannot be read is for the page Atlas to tell of. */
async function readHeld(): Promise<Pick<Offers, 'atlas' | 'microscope'>> {
  try {
    const { layers, microscope } = (await (await fetch('./incognita.json', { cache: 'no-cache' })).json()) as {
      layers?: unknown[];
      microscope?: unknown;
    };
    const seen = microscope !== undefined;
    return { atlas: !seen || (layers?.length ?? 0) > 0, microscope: seen };
  } catch {
    return { atlas: true, microscope: false };
  }
}

/** Servers that answer everything with a page of their own have nothing for us. */
async function isThere(path: string): Promise<boolean> {
  try {
    const response = await fetch(path, { method: 'HEAD', cache: 'no-cache' });
    return response.ok && !response.headers.get('Content-Type')?.includes('html');
  } catch {
    return false;
  }
}
