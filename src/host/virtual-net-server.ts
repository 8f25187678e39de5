/** Listening: what `listen` of a `net.Server` does in a process. The rest of the server is Node's own, on a handle that is ours. */
import net from 'node:net';
import type { Endpoint } from '../sim/endpoint.ts';
import type { Process } from '../sim/process-node.ts';
import { refuse } from './script-world.ts';
import { addressInUse, nameNotFound, nodeError } from './virtual-net-errors.ts';
import { addressOf, freePort } from './virtual-net-names.ts';
import { acceptedSocket, normalized, portOf } from './virtual-net-socket.ts';

/** What Node's types leave out of a server. */
interface ListeningServer extends net.Server {
  _handle: ListeningHandle | null;
  _connections: number;
  allowHalfOpen: boolean;
  pauseOnConnect: boolean;
  highWaterMark?: number;
}

/** As much of a handle as Node's JavaScript asks for. */
class ListeningHandle {
  readonly #process: Process;
  readonly #address: string;
  readonly #port: number;

  constructor(process: Process, address: string, port: number) {
    this.#process = process;
    this.#address = address;
    this.#port = port;
  }

  getsockname(out: object): number {
    const family = net.isIPv6(this.#address) ? 'IPv6' : 'IPv4';
    Object.assign(out, { address: this.#address, family, port: this.#port });
    return 0;
  }
  close(): void {
    this.#process.stopListening(this.#port);
  }
  ref(): void {}
  unref(): void {}
}

/** What Node binds to that is told no address. */
const ANY_ADDRESS = '::';

export function listen(process: Process, target: net.Server, args: readonly unknown[]): net.Server {
  const server = target as ListeningServer;
  const [given, listener] = normalized(args);
  const options = given as net.ListenOptions & { fd?: number };
  if (server._handle !== null) {
    throw nodeError(
      new Error('Listen method has been called more than once without closing.'),
      'ERR_SERVER_ALREADY_LISTEN',
    );
  }
  if (listener !== null) server.once('listening', listener);
  if (options.path != null || options.fd !== undefined) {
    refuse('net.Server.listen', 'nodes of a simulation are reached by name and port; listen on a port');
  }
  options.signal?.addEventListener('abort', () => server.close(), { once: true });
  const port = portOf(options.port ?? 0);
  const { host } = options;
  if (host === undefined || host === '') bind(process, server, ANY_ADDRESS, port);
  else if (net.isIP(host) !== 0) bind(process, server, host, port);
  else {
    process.loop.post(() => {
      const address = addressOf(process, host);
      if (address === undefined) server.emit('error', nameNotFound(host));
      else bind(process, server, address, port);
    });
  }
  return server;
}

function bind(process: Process, server: ListeningServer, address: string, asked: number): void {
  if (!process.alive) return;
  const port = asked === 0 ? freePort(process) : asked;
  if (port === undefined || !process.listen(port, (endpoint) => accept(process, server, endpoint))) {
    globalThis.process.nextTick(() => server.emit('error', addressInUse(address, asked)));
    return;
  }
  server._handle = new ListeningHandle(process, address, port);
  globalThis.process.nextTick(() => {
    if (server._handle !== null) server.emit('listening');
  });
}

/** A connection came in; the server hears of it in a task. */
function accept(process: Process, server: ListeningServer, endpoint: Endpoint): void {
  const { allowHalfOpen, pauseOnConnect, highWaterMark } = server;
  const options = {
    allowHalfOpen,
    ...(highWaterMark === undefined
      ? {}
      : { readableHighWaterMark: highWaterMark, writableHighWaterMark: highWaterMark }),
  };
  const socket = acceptedSocket(process, endpoint, options);
  process.loop.post(() => {
    const { maxConnections, _connections } = server;
    if (typeof maxConnections === 'number' && _connections >= maxConnections) {
      endpoint.close('finish');
      const { localAddress, localPort, remoteAddress, remotePort } = socket;
      const family = 'IPv4';
      server.emit('drop', {
        ...{ localAddress, localPort, localFamily: family },
        ...{ remoteAddress, remotePort, remoteFamily: family },
      });
      return;
    }
    server._connections++;
    socket.server = server;
    socket._server = server as never;
    if (pauseOnConnect) socket.pause();
    else socket.read(0);
    server.emit('connection', socket);
  });
}
