#!/usr/bin/env node
import('../dist/main.js').catch((error) => {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write(`incognita is not built (${error.message}). Run: npm run build\n`);
  process.exitCode = 1;
});
