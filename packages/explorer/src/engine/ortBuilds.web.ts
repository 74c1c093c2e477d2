import type { OrtBuilds } from '@incognita/runtime/web';
import jspiMjs from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url';
import jspiWasm from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';
import wasmMjs from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmWasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';

const here = (url: string): string => new URL(url, import.meta.url).href;

/** ONNX Runtime's files among those of this page: nothing is asked of another host. */
export const ORT_BUILDS: OrtBuilds = {
  wasm: { mjs: here(wasmMjs), wasm: here(wasmWasm) },
  webgpu: { mjs: here(jspiMjs), wasm: here(jspiWasm) },
};
