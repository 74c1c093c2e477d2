import { describe, expect, it, vi } from 'vitest';

vi.stubGlobal('location', { search: '' });
vi.stubGlobal('addEventListener', () => {});
const { formatMicroscope, parseMicroscope } = await import('./microscopeAddress.js');

describe('the address of the page Microscope', () => {
  it.each([
    '?page=microscope',
    '?page=microscope&layer=fire8',
    '?page=microscope&layer=layer3.1&channel=17&sort=trust&tiles=kernels&find=red+fox&at=3:4,5',
    '?page=microscope&layer=blocks.1&channel=0&at=12:-1,0',
  ])('is read and written again as it was: %s', (query) => {
    expect(formatMicroscope(parseMicroscope(query))).toBe(query);
  });

  it('leaves out what it does not know', () => {
    expect(formatMicroscope(parseMicroscope('?page=microscope&channel=-1&sort=best&tiles=none&at=x'))).toBe('?page=microscope');
  });
});
