import type { InferenceSession } from 'onnxruntime-common';
import type { EngineSession } from '../engine/engine.js';
import { commonOptions, type Ort, ortSession } from '../engine/ortSession.js';

/** What graphs run on in a browser: the graphics card, or WebAssembly on the processor. */
export type BrowserProvider = 'webgpu' | 'wasm';

/** Addresses (absolute) of the two files of one build of ONNX Runtime. */
export interface OrtFiles {
  readonly mjs: string;
  readonly wasm: string;
}

/** Where the builds of ONNX Runtime lie: the one for WebAssembly alone, and the one with WebGPU, which needs JSPI. */
export type OrtBuilds = Readonly<Record<BrowserProvider, OrtFiles>>;

/** One build of ONNX Runtime, loaded. */
export interface BrowserEngine {
  readonly provider: BrowserProvider;
  /** Version of ONNX Runtime. */
  readonly version: string;
  /** Threads of WebAssembly: 1 where the page is not cross-origin isolated. */
  readonly threads: number;
  /**
   * Opens a graph; weights are given whole, by the location that the graph's tensors name. They are copied into the session (the heap of
   * WebAssembly, or the card's memory).
   */
  open(
    graph: Uint8Array,
    weights: ReadonlyMap<string, Uint8Array>,
    options: { readonly prepack: boolean },
  ): Promise<EngineSession>;
  /** Settles with the browser's words when the graphics card is lost; never on WebAssembly. */
  readonly lost: Promise<string>;
}

interface WebOrt extends Ort {
  readonly env: {
    readonly versions: { readonly web?: string; readonly common: string };
    logLevel?: string | undefined;
    readonly wasm: { numThreads?: number; wasmPaths?: string | { mjs?: string | URL; wasm?: string | URL } };
    readonly webgpu: { readonly device: Promise<unknown> };
  };
}

/** The parts of a worker's global scope that are used here and that Node's types do not have. */
const scope = globalThis as unknown as {
  readonly crossOriginIsolated?: boolean;
  readonly navigator?: { readonly hardwareConcurrency?: number; readonly gpu?: { requestAdapter(): Promise<object | null> } };
  readonly WebAssembly: { readonly Suspending?: unknown };
};

const MOST_THREADS = 4;

/** Why WebGPU cannot be used here, or null. */
export async function lacksWebGpu(): Promise<string | null> {
  if (scope.navigator?.gpu === undefined) return 'this browser has no WebGPU';
  if (scope.WebAssembly.Suspending === undefined)
    return 'this browser lacks JavaScript Promise Integration, which WebGPU needs here';
  const adapter = await scope.navigator.gpu.requestAdapter().catch(() => null);
  return adapter === null ? 'this browser gives no graphics card to WebGPU' : null;
}

/**
 * Loads ONNX Runtime in a Web Worker. Its files come from where the page says, from no other host.
 *
 * @param wanted threads of WebAssembly, where the page is cross-origin isolated; default half of the cores, up to 4.
 * @throws Error where the files cannot be loaded.
 */
export async function openBrowserEngine(provider: BrowserProvider, builds: OrtBuilds, wanted?: number): Promise<BrowserEngine> {
  const ort = await load(provider);
  const usual = Math.min(MOST_THREADS, Math.ceil((scope.navigator?.hardwareConcurrency ?? 1) / 2));
  const threads = scope.crossOriginIsolated ? (wanted ?? usual) : 1;
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths = builds[provider];
  let tellLoss: (words: string) => void;
  const lost = new Promise<string>((resolve) => {
    tellLoss = resolve;
  });
  let watched = provider === 'wasm';
  return {
    provider,
    version: ort.env.versions.web ?? ort.env.versions.common,
    threads,
    lost,
    async open(graph, weights, { prepack }) {
      const options: InferenceSession.SessionOptions = {
        ...commonOptions(prepack),
        executionProviders: [provider],
        externalData: [...weights].map(([path, data]) => ({ path, data })),
      };
      const session = await ort.InferenceSession.create(graph, options);
      if (!watched) {
        watched = true;
        const device = (await ort.env.webgpu.device) as { readonly lost?: Promise<{ reason: string; message: string }> };
        device.lost?.then(({ reason, message }) => tellLoss(message || reason || 'no reason was given'));
      }
      return ortSession(ort, session);
    },
  };
}

async function load(provider: BrowserProvider): Promise<WebOrt> {
  return (provider === 'webgpu'
    ? await import('onnxruntime-web/jspi')
    : await import('onnxruntime-web/wasm')) as unknown as WebOrt;
}
