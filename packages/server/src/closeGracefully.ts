import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Watches a server's connections and returns how to close it: those without a request (browsers open some in advance, and
 * `closeIdleConnections` overlooks them) end at once, the others when their answer is complete, or after `graceMs`.
 */
export function closeGracefully(server: Server, { graceMs }: { graceMs: number }): () => Promise<void> {
  const answers = new Map<Socket, number>();
  let closing: Promise<void> | null = null;

  server.on('connection', (socket: Socket) => {
    answers.set(socket, 0);
    socket.once('close', () => answers.delete(socket));
  });
  server.on('request', ({ socket }, response: ServerResponse) => {
    answers.set(socket, (answers.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (answers.get(socket) ?? 1) - 1;
      if (answers.has(socket)) answers.set(socket, left);
      if (closing !== null && left === 0) socket.destroySoon();
    });
  });

  return () => {
    closing ??= new Promise((resolve) => {
      const hurry = setTimeout(() => server.closeAllConnections(), graceMs);
      server.close(() => {
        clearTimeout(hurry);
        resolve();
      });
      for (const [socket, count] of answers) if (count === 0) socket.destroy();
    });
    return closing;
  };
}
