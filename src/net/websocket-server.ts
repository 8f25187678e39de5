/** The HTTP side of MQTT over WebSocket: who may upgrade, and how many may be about to. */
import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { BrokerOptions } from '../mqtt/broker/options.ts';
import { chosenSubprotocol } from '../websocket/subprotocol.ts';
import type { BrokerPump } from './broker-pump.ts';
import { Channel } from './channel.ts';
import type { ServeOptions } from './serve.ts';
import { LONGEST_MILLIS } from './wakes.ts';
import { WebSocketCarrier } from './websocket-carrier.ts';

const HTTP_HEADER_BYTES = 8 * 1024;
/** Connections that have not finished their upgrade: each may hold as many bytes of headers. */
const UPGRADES_AT_ONCE = 1_024;
/** A frame may hold several packets: a client that gathers writes makes frames larger than its packets. */
const FRAME_BEYOND_PACKET_BYTES = 65_536;

/** An HTTP server that does nothing but upgrades to WebSocket with a subprotocol of MQTT [3.1.1/MQTT-6.0.0-4]. */
export function webSocketServer(asked: ServeOptions, options: BrokerOptions, pump: BrokerPump): HttpServer {
  const { connectTimeoutMicros, limits, authenticate } = options;
  const { tls } = asked;
  // A header that never ends is cut off by the timer of its connection, which needs no other.
  const timers = { headersTimeout: 0, requestTimeout: 0, maxHeaderSize: HTTP_HEADER_BYTES, noDelay: true };
  const handshakeTimeout = Math.min(LONGEST_MILLIS, connectTimeoutMicros / 1_000);
  const http: HttpServer =
    tls === undefined ? createServer(timers) : createSecureServer({ ...timers, handshakeTimeout, ...tls });
  http.on('request', (_request, response) => {
    response.writeHead(426, { connection: 'close', upgrade: 'websocket', 'content-type': 'text/plain' });
    response.end('this is an MQTT server: connect by WebSocket, with the subprotocol mqtt\n');
  });
  const unfinished = new Map<Socket, NodeJS.Timeout>();
  const finished = (socket: Socket) => {
    clearTimeout(unfinished.get(socket));
    unfinished.delete(socket);
  };
  http.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    if (unfinished.size >= Math.min(UPGRADES_AT_ONCE, limits.connections)) {
      const text = `${unfinished.size} connections have not finished their upgrade`;
      pump.note({ step: 'refused', rule: 'limit.upgrades', text });
      socket.destroy();
      return;
    }
    const late = () => {
      const text = `no WebSocket within ${connectTimeoutMicros / 1_000_000} s`;
      pump.note({ step: 'timer', rule: 'limit.connectTimeout', text });
      socket.destroy();
    };
    unfinished.set(socket, setTimeout(late, handshakeTimeout).unref());
    socket.once('close', () => finished(socket));
  });
  const mayUpgrade = originCheck(asked.origins ?? (authenticate === undefined ? [] : ['*']));
  const upgrades = new WebSocketServer({
    server: http,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.packetSize + FRAME_BEYOND_PACKET_BYTES,
    verifyClient: ({ req }, answer) => {
      if (chosenSubprotocol(askedSubprotocols(req)) === undefined) {
        answer(false, 400, 'the WebSocket subprotocol has to be mqtt');
      } else if (!mayUpgrade(req.headers.origin, req.headers.host)) {
        const text = `a page of ${req.headers.origin} may not connect here`;
        pump.note({ step: 'refused', rule: 'access', text });
        answer(false, 403, 'pages of this origin may not connect: amber serve --origin allows one');
      } else answer(true);
    },
    handleProtocols: (protocols) => chosenSubprotocol(protocols) ?? false,
  });
  // The HTTP server's errors come here too; each says its own where it is listened to.
  upgrades.on('error', () => {});
  upgrades.on('connection', (socket, { socket: carrier }) => {
    finished(carrier);
    const remote = `${carrier.remoteAddress}:${carrier.remotePort}`;
    pump.accepted(new Channel(new WebSocketCarrier(socket, remote), pump));
  });
  return http;
}

/**
 * Says whether a page may connect: browsers let any page of the web open a WebSocket to this machine, and say in `Origin` whose page it
 * is. Programs have no origin and may. A page may when its origin is `allowed`, or when it comes from the very host it connects
 * to, by an address or as localhost: a name could be made to mean this machine by whoever owns it.
 */
export function originCheck(
  allowed: readonly string[],
): (origin: string | undefined, host: string | undefined) => boolean {
  return (origin, host) => {
    if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return true;
    const [page, server] = [hostOf(origin), hostOf(`http://${host}`)];
    if (page === undefined || server === undefined) return false;
    return (isLoopback(page) && isLoopback(server)) || (page === server && isIP(page) !== 0);
  };
}

function hostOf(url: string): string | undefined {
  try {
    return new URL(url).hostname.replace(/^\[|\]$/g, '');
  } catch {
    return undefined;
  }
}

/** Browsers resolve `localhost` themselves. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

function askedSubprotocols(request: IncomingMessage): string[] {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
}
