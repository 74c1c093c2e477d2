import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { supportedOperators } from '../operators.js';
import { type EngineTable, operatorTable } from './operatorTable.js';
import { sinceVersion } from './sinceVersion.js';

const page = new URL('../../../../docs/operators.md', import.meta.url);
const engines = JSON.parse(readFileSync(new URL('./engines.json', import.meta.url), 'utf8')) as EngineTable;

describe('the table of operators', () => {
  it('is the page docs/operators.md (UPDATE=1 rewrites it)', () => {
    if (process.env.UPDATE === '1') writeFileSync(page, operatorTable(engines));
    expect(readFileSync(page, 'utf8')).toBe(operatorTable(engines));
  });

  it('knows since when each operator of the specification exists', () => {
    const standard = supportedOperators().filter(({ domain }) => domain === '');
    expect(standard.filter(({ op }) => !sinceVersion.has(op)).map(({ op }) => op)).toEqual(['SimplifiedLayerNormalization']);
  });
});
