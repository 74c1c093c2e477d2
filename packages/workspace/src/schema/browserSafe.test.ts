import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('the schema entry imports nothing that a browser lacks', () => {
  const folder = new URL('.', import.meta.url);
  const sources = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  expect(sources.length).toBeGreaterThan(5);
  for (const file of sources) {
    const text = readFileSync(new URL(file, folder), 'utf8');
    for (const [, from] of text.matchAll(/(?:from|import\()\s*'([^']+)'/g)) expect(from, file).toMatch(/^(\.\/|zod$|hyparquet$)/);
    expect(text, file).not.toMatch(/\b(?:Buffer\.|process\.|require\()/);
  }
});
