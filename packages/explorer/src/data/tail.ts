/** What a file of lines has got since it was last read. `anew`: it is another file or was cut, and these are all its lines. */
export interface News {
  readonly anew: boolean;
  readonly lines: readonly string[];
}

/**
 * Follows a text file that grows line by line, on any web server: asks for what comes from the last known line on, so that a file which was cut
 * and written on is noticed. A line without its end is left until it is whole.
 *
 * @example const tail = createTail('./metrics.jsonl'); const { lines } = await tail();
 */
export function createTail(path: string, request: typeof fetch = fetch): () => Promise<News> {
  const decoder = new TextDecoder();
  let lastLine = '';
  /** Offset in bytes of the last whole line. */
  let offset = 0;

  async function whole(): Promise<News> {
    const response = await request(path, { cache: 'no-store' });
    if (response.status === 404) return forget();
    if (!response.ok) throw new Error(`${path}: the server answered ${response.status}`);
    return { anew: true, lines: keep(new Uint8Array(await response.arrayBuffer()), 0) };
  }
  function forget(): News {
    lastLine = '';
    offset = 0;
    return { anew: true, lines: [] };
  }
  /** Remembers the last whole line of what lies at `from`. */
  function keep(bytes: Uint8Array, from: number): string[] {
    const end = bytes.lastIndexOf(10);
    if (end < 0) return [];
    const start = bytes.lastIndexOf(10, end - 1) + 1;
    offset = from + start;
    lastLine = decoder.decode(bytes.subarray(start, end));
    return decoder.decode(bytes.subarray(0, end)).split('\n');
  }

  return async () => {
    if (lastLine === '') return whole();
    const response = await request(path, { cache: 'no-store', headers: { Range: `bytes=${offset}-` } });
    if (response.status === 404) return forget();
    if (response.status !== 206 && response.status !== 200) return whole();
    const bytes = new Uint8Array(await response.arrayBuffer());
    const from = response.status === 206 ? 0 : offset;
    const [known, ...rest] = decoder.decode(bytes.subarray(from)).split('\n');
    if (known !== lastLine) return whole();
    if (rest.length > 1) keep(bytes.subarray(from), offset);
    return { anew: false, lines: rest.slice(0, -1) };
  };
}
