import { describe, expect, it, vi } from 'vitest';

vi.stubGlobal('location', { search: '', pathname: '/' });
vi.stubGlobal('addEventListener', () => {});
const { formatLive, parseLive } = await import('./liveAddress.js');

describe('the address of the page Live', () => {
  it.each([
    '?page=live',
    '?page=live&network=runs/a%2520b/model.onnx&layer=conv3&picture=sample:tiger-face&method=lrp&target=class:7&channel=12&scale=layer&order=strength',
    '?page=live&network=embedded:emoji-alexnet&picture=picture:3&method=none&target=channel',
  ])('says the same after it was read: %s', (search) => {
    expect(formatLive(parseLive(search))).toBe(search);
  });

  it('falls back to what is usual where it makes no sense', () => {
    const odd = '?page=live&picture=../x&method=magic&target=class:x&channel=-1&scale=7&order=';
    expect(formatLive(parseLive(odd))).toBe('?page=live');
  });
});
