import type { HonoRequest, MiddlewareHandler } from 'hono';

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'self'",
    "img-src 'self' blob: data:",
    "style-src 'self' 'unsafe-inline'",
    "worker-src 'self' blob:",
    "connect-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const READS = ['GET', 'HEAD'];
const API_METHODS = [...READS, 'POST', 'DELETE'];

/**
 * Lets through only what a page of this server asks for: our own host name (a page of another site could otherwise reach us under its
 * own name: DNS rebinding), our own origin, and methods that read; under `/api/` also those that start or end work, if the browser says
 * that our own page sends them. `port` is asked for at each request.
 */
export function onlyOwnPages(port: () => number): MiddlewareHandler {
  return async (c, next) => {
    const refusal = refuse(c.req, port());
    if (refusal === null) await next();
    else c.res = c.text(refusal.message, refusal.status, refusal.allow === undefined ? {} : { Allow: refusal.allow });
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
  };
}

interface Refusal {
  readonly status: 403 | 405;
  readonly message: string;
  readonly allow?: string;
}

function refuse(request: HonoRequest, port: number): Refusal | null {
  const { method, path } = request;
  const api = path.startsWith('/api/');
  const methods = api ? API_METHODS : READS;
  const [host, origin, site] = ['Host', 'Origin', 'Sec-Fetch-Site'].map((name) => request.header(name));
  if (!methods.includes(method))
    return {
      status: 405,
      message: `This server only answers ${methods.join(', ')} here, not ${method}.\n`,
      allow: methods.join(', '),
    };
  const hosts = ownHosts(port);
  if (host === undefined || !hosts.includes(host.toLowerCase()))
    return { status: 403, message: `This server answers to ${hosts[0]} only.\n` };
  const foreign = { status: 403, message: 'This server answers its own pages only.\n' } as const;
  if (origin !== undefined && !hosts.includes(origin.toLowerCase().replace(/^http:\/\//, ''))) return foreign;
  if (api && site !== undefined && site !== 'same-origin' && site !== 'none') return foreign;
  if (!READS.includes(method) && origin === undefined) return foreign;
  return null;
}

function ownHosts(port: number): string[] {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  return names.map((name) => `${name}:${port}`).concat(port === 80 ? names : []);
}
