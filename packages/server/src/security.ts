import type { MiddlewareHandler } from 'hono';

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

/**
 * Lets through only what a page of this server asks for: methods that read, our own host name (a page of another site could
 * otherwise reach us under its own name: DNS rebinding) and our own origin. `port` is asked for at each request.
 */
export function onlyOwnPages(port: () => number): MiddlewareHandler {
  return async (c, next) => {
    const refusal = refuse(c.req.method, c.req.header('Host'), c.req.header('Origin'), port());
    if (refusal === null) await next();
    else c.res = c.text(refusal.message, refusal.status, refusal.status === 405 ? { Allow: 'GET, HEAD' } : {});
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
  };
}

function refuse(method: string, host: string | undefined, origin: string | undefined, port: number) {
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, message: `This server only answers GET and HEAD, not ${method}.\n` } as const;
  const hosts = ownHosts(port);
  if (host === undefined || !hosts.includes(host.toLowerCase()))
    return { status: 403, message: `This server answers to ${hosts[0]} only.\n` } as const;
  if (origin !== undefined && !hosts.includes(origin.toLowerCase().replace(/^http:\/\//, '')))
    return { status: 403, message: 'This server answers its own pages only.\n' } as const;
  return null;
}

function ownHosts(port: number): string[] {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  return names.map((name) => `${name}:${port}`).concat(port === 80 ? names : []);
}
