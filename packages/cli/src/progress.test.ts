import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Progress } from './progress.js';

function recorder(isTTY: boolean) {
  const lines: string[] = [];
  let now = 0;
  const progress = new Progress({ isTTY, write: (text: string) => lines.push(text) }, () => now);
  return { lines, progress, at: (seconds: number) => (now = seconds) };
}

describe('Progress', () => {
  it('prints plain lines with the time left where there is no terminal', () => {
    const { lines, progress, at } = recorder(false);
    progress.report({ label: 'collect', done: 0, total: 100 });
    at(20);
    progress.report({ label: 'collect', done: 25, total: 100 });
    at(80);
    progress.report({ label: 'collect', done: 100, total: 100 });
    progress.finish();
    expect(lines).toEqual([
      'collect: 0 / 100, estimating\n',
      'collect: 25 / 100, 1 min 0 s left\n',
      'done: collect: 100, 1 min 20 s\n',
    ]);
  });

  it('does not flood a log', () => {
    const { lines, progress, at } = recorder(false);
    for (let i = 0; i < 1000; i++) {
      at(i / 100);
      progress.report({ label: 'icons', done: i, total: 1000 });
    }
    expect(lines.length).toBeLessThan(4);
  });

  it('leaves work of an earlier run out of the estimate', () => {
    const { lines, progress, at } = recorder(false);
    progress.report({ label: 'icons', done: 90, total: 100 });
    at(10);
    progress.report({ label: 'icons', done: 95, total: 100 });
    expect(lines.at(-1)).toBe('icons: 95 / 100, 10 s left\n');
    at(30);
    progress.report({ label: 'icons', done: 96, total: 100, detail: 'cosine 0.61' });
    expect(lines.at(-1)).toBe('icons: 96 / 100, 20 s left, cosine 0.61\n');
  });

  it('redraws one line on a terminal', () => {
    const { lines, progress, at } = recorder(true);
    progress.report({ label: 'collect', done: 1, total: 4 });
    at(1);
    progress.report({ label: 'collect', done: 2, total: 4 });
    expect(lines.filter((line) => line === '\r\x1b[2K')).toHaveLength(2);
    expect(lines.join('')).not.toContain('\n');
  });

  it('cuts off what would wrap on a terminal', () => {
    const { lines, progress, at } = recorder(true);
    progress.report({ label: 'training', done: 1, total: 4, detail: 'loss 1.23 '.repeat(40) });
    at(1);
    progress.report({ label: 'training', done: 2, total: 4, detail: 'loss 0.5' });
    const texts = lines.map((line) => stripVTControlCharacters(line).trim()).filter((line) => line !== '');
    expect(texts[0]!.length).toBeLessThan(120);
    expect(texts[0]).toMatch(/ {2}loss 1\.23 loss/);
    expect(texts[1]).toMatch(/2 \/ 4 {2}2\.0 s left {2}loss 0\.5$/);
  });

  it('does not claim that a stage which was broken off is done', () => {
    const { lines, progress } = recorder(false);
    progress.report({ label: 'collect', done: 3, total: 10 });
    progress.finish();
    expect(lines.join('')).not.toContain('done:');
  });
});
