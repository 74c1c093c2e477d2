import { describe, expect, it } from 'vitest';
import { createTail } from './tail.js';

/** A server with one file; `ranges` false: as plain ones are. */
function server(ranges: boolean) {
  const state = { text: null as string | null, sent: 0 };
  const request = (async (_: string, { headers }: RequestInit = {}) => {
    if (state.text === null) return new Response('', { status: 404 });
    const bytes = new TextEncoder().encode(state.text);
    const from = /bytes=(\d+)-/.exec((headers as Record<string, string>)?.Range ?? '')?.[1];
    if (!ranges || from === undefined) return new Response(bytes);
    if (Number(from) >= bytes.length) return new Response('', { status: 416 });
    state.sent += bytes.length - Number(from);
    return new Response(bytes.subarray(Number(from)), { status: 206 });
  }) as typeof fetch;
  return { state, tail: createTail('./m', request) };
}

describe.each([
  ['with ranges', true],
  ['without ranges', false],
])('a growing file on a server %s', (_, ranges) => {
  it('is read line by line, each once, and a line only when it is whole', async () => {
    const { state, tail } = server(ranges);
    expect(await tail()).toEqual({ anew: true, lines: [] });
    state.text = 'ä1\nb';
    expect(await tail()).toEqual({ anew: true, lines: ['ä1'] });
    expect(await tail()).toEqual({ anew: false, lines: [] });
    state.text += '2\nc3\nd';
    expect(await tail()).toEqual({ anew: false, lines: ['b2', 'c3'] });
    state.text += '4\n';
    expect(await tail()).toEqual({ anew: false, lines: ['d4'] });
    expect(await tail()).toEqual({ anew: false, lines: [] });
  });

  it('that was cut, replaced or taken away is read anew', async () => {
    const { state, tail } = server(ranges);
    state.text = 'one\ntwo\nthree\n';
    await tail();
    state.text = 'one\n';
    expect(await tail()).toEqual({ anew: true, lines: ['one'] });
    state.text = 'one\nzwei\ndrei\n';
    expect(await tail()).toEqual({ anew: false, lines: ['zwei', 'drei'] });
    state.text = 'uno\ndos\ntres\ncuatro\n';
    expect(await tail()).toEqual({ anew: true, lines: ['uno', 'dos', 'tres', 'cuatro'] });
    state.text = null;
    expect(await tail()).toEqual({ anew: true, lines: [] });
  });
});

it('asks only for what is new', async () => {
  const { state, tail } = server(true);
  state.text = Array.from({ length: 1000 }, (_, i) => `line ${i}\n`).join('');
  await tail();
  state.text += 'more\n';
  await tail();
  expect(state.sent).toBeLessThan(20);
});
