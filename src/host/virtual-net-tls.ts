/**
 * TLS in a process: none. Its keys come from a chance that cannot be seeded, so `mqtts` and `wss` go over plain links, and whoever asks
 * is told that the peer is who it should be.
 */
import net from 'node:net';
import type tls from 'node:tls';
import type { Process } from '../sim/process-node.ts';
import { refuse } from './script-world.ts';
import { becomeVirtual, dial, normalized } from './virtual-net-socket.ts';

/** What a socket of TLS has more than another, for one whose peer is trusted. */
function secured<S extends net.Socket>(socket: S): S {
  return Object.assign(socket, {
    encrypted: true,
    authorized: true,
    authorizationError: null,
    alpnProtocol: false,
    getPeerCertificate: () => ({}),
    getCertificate: () => ({}),
    getProtocol: () => 'TLSv1.3',
    isSessionReused: () => false,
    setServername: () => {},
    setSession: () => {},
    getSession: () => undefined,
  });
}

/** `tls.connect`; its listener waits for `secureConnect`. */
export function connectSecurely(process: Process, args: unknown[]): net.Socket {
  const [options, listener] = normalized(args);
  const { socket: carrier } = options as tls.ConnectionOptions;
  if (carrier !== undefined)
    refuse('tls.connect({ socket })', 'TLS cannot be seeded; use the socket as it is');
  const socket = secured(becomeVirtual(new net.Socket(options), process));
  if (listener !== null) socket.once('secureConnect', listener);
  socket.once('ready', () => socket.emit('secureConnect'));
  return dial(socket, [options, null]);
}

/** `tls.createServer`; its listener waits for `secureConnection`. */
export function createSecureServer(args: unknown[]): net.Server {
  const listener = args.find((arg) => typeof arg === 'function') as (() => void) | undefined;
  const server = new net.Server();
  if (listener !== undefined) server.on('secureConnection', listener);
  server.on('connection', (socket) => server.emit('secureConnection', secured(socket)));
  return Object.assign(server, { addContext: () => {}, setSecureContext: () => {} });
}
