import { expect, it } from 'vitest';
import { readLines } from './readLines.js';

it('lines come whole, wherever the stream was cut, also within a character', async () => {
  const bytes = new TextEncoder().encode('{"a":"é"}\n\n{"b":1}');
  for (let cut = 0; cut <= bytes.length; cut++) {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes.slice(0, cut));
        controller.enqueue(bytes.slice(cut));
        controller.close();
      },
    });
    const lines: string[] = [];
    await readLines(stream, (line) => lines.push(line));
    expect(lines).toEqual(['{"a":"é"}', '{"b":1}']);
  }
});
