import { expect, it, vi } from 'vitest';

vi.stubGlobal('location', { search: '' });
vi.stubGlobal('addEventListener', () => {});
const { formatLanguage, parseLanguage } = await import('./languageAddress.js');

it('an address of the page Language says what is shown, and no more', () => {
  for (const search of [
    '?page=language',
    '?page=language&model=a%2520b/&text=+the+%F0%9F%90%88%0A&begin=no&more=12.7&view=heads&layer=3&head=2&pos=0&step=4&n=q.0%3A17',
    '?page=language&text=&t=0&k=40&p=0.5&seed=9&clamp=z.0%5Bh%3D1%5D%3Dzero&clamp=resid_post.1%3Dtowards%3A+a*2',
  ])
    expect(formatLanguage(parseLanguage(search))).toBe(search);
  const wrong = parseLanguage('?page=language&more=1..2&view=x&layer=-1&pos=a&t=-3&p=0&k=1.5');
  expect(formatLanguage(wrong)).toBe('?page=language');
});
