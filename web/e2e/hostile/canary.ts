import { createServer } from 'node:http';

export interface Canary {
  origin: string;
  /** The paths that were asked for. */
  asked: string[];
  close(): void;
}

/** A server that nothing may ever speak to. */
export async function startCanary(): Promise<Canary> {
  const asked: string[] = [];
  const server = createServer((request, reply) => {
    asked.push(request.url ?? '');
    reply.writeHead(200, { 'access-control-allow-origin': '*' }).end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (!address || typeof address !== 'object') throw new Error('the canary has no port');
  return { origin: `http://127.0.0.1:${address.port}`, asked, close: () => server.close() };
}
