import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig({
  base: './',
  plugins: [react()],
  // ONNX Runtime without its loader inside: that is a file of its own, which its threads load again.
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  worker: {
    format: 'es',
    rolldownOptions: { output: { assetFileNames } },
  },
  build: {
    outDir: 'dist',
    assetsDir: 'explorer/assets',
    // Everything is a file of its own, so that `script-src 'self'` and `img-src 'self'` suffice.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: { output: { assetFileNames } },
  },
});

/** Not every web server knows that `.mjs` is a script. */
function assetFileNames({ names }: { names: string[] }): string {
  return `explorer/assets/[name]-[hash]${names.some((name) => name.endsWith('.mjs')) ? '.js' : '[extname]'}`;
}
