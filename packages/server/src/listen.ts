import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The only address that the server listens on: nothing outside this machine can reach it. */
export const HOST = '127.0.0.1';
export const DEFAULT_PORT = 5173;
const PORTS_TRIED = 20;

/** The port that was asked for is taken, or all of those that were tried. */
export class PortInUseError extends Error {
  override name = 'PortInUseError';
  readonly port: number;

  constructor(message: string, { port }: { port: number }) {
    super(message);
    this.port = port;
  }
}

/**
 * Listens on the port that was asked for (0: any free one), or on the first free one from {@link DEFAULT_PORT} on; returns it.
 * @throws PortInUseError
 */
export async function listen(server: Server, port: number | undefined): Promise<number> {
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535))
    throw new RangeError(`${port} is not a port. Give a whole number from 1 to 65535.`);
  const first = port ?? DEFAULT_PORT;
  const last = port ?? DEFAULT_PORT + PORTS_TRIED - 1;
  for (let candidate = first; candidate <= last; candidate++)
    if (await tryPort(server, candidate)) return (server.address() as AddressInfo).port;
  throw port === undefined
    ? new PortInUseError(`All ports from ${first} to ${last} are in use. Give a free one with --port.`, { port: first })
    : new PortInUseError(`Port ${port} is in use by another program. Give another one with --port, or leave the option out.`, {
        port,
      });
}

function tryPort(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      server.removeListener('listening', onListening);
      if (error.code === 'EADDRINUSE') resolve(false);
      else if (error.code === 'EACCES')
        reject(new Error(`Port ${port} needs more rights than this user has. Give one above 1023.`, { cause: error }));
      else reject(error);
    };
    const onListening = () => {
      server.removeListener('error', onError);
      resolve(true);
    };
    server.once('error', onError);
    server.once('listening', onListening);
    server.listen(port, HOST);
  });
}

/** Whether a port could be listened on now: to know before long work rather than after it. @throws PortInUseError */
export async function checkPort(port: number): Promise<void> {
  const server = createServer();
  await listen(server, port);
  await new Promise((closed) => server.close(closed));
}
