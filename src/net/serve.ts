import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { brokerDefaults } from '../mqtt/broker/defaults.ts';
import type { BrokerLimits, BrokerOptions } from '../mqtt/broker/options.ts';
import type { Recorder } from '../trace/recorder.ts';
import { chosenSubprotocol } from '../websocket/subprotocol.ts';
import { BrokerPump } from './broker-pump.ts';
import type { Store } from './store.ts';
import { TcpChannel } from './tcp-channel.ts';
import { WebSocketChannel } from './websocket-channel.ts';

/** One address for TCP, one for WebSocket; the address of a machine is in the first part. */
export interface Address {
  host: string;
  port: number;
}

export interface ServeOptions {
  /** 0 takes a free one. */
  port: number;
  /** Default: loopback, where nobody else comes. */
  host?: string;
  /** MQTT over WebSocket, on any path. */
  ws?: { port: number };
  /** What differs from `brokerDefaults`. */
  options?: Partial<Omit<BrokerOptions, 'limits'>> & { limits?: Partial<BrokerLimits> };
  /** Where sessions and messages are kept; without one nothing is, and the durability is `none`. The server closes it. */
  store?: Store;
  /** What everything seen is recorded with; its header says vantage `broker`. */
  trace?: Recorder;
}

export interface BrokerServer {
  /** Where it listens for TCP. */
  readonly address: Address;
  /** Where it listens for WebSocket. */
  readonly ws: Address | undefined;
  /** Sends what is still to be sent, closes every connection and the store. Clients see their connection end. */
  close(): Promise<void>;
  /** Resolves after {@link close}; rejects when the server had to stop: its disk failed, or it met a bug of its own. */
  readonly closed: Promise<void>;
}

const LOOPBACK = '127.0.0.1';
/** What an upgrade may take before it is dropped. */
const UPGRADE_MILLIS = 10_000;
const HTTP_HEADER_BYTES = 8 * 1024;
/** A frame may hold several packets: a client that gathers writes makes frames larger than its packets. */
const FRAME_BEYOND_PACKET_BYTES = 65_536;

/**
 * Serves MQTT on real sockets with the broker that the simulation runs.
 *
 * @throws {RecordError} when the store holds what no broker wrote
 * @throws the error of the system, with its `code`, when it cannot listen
 */
export async function serve(asked: ServeOptions): Promise<BrokerServer> {
  const { host = LOOPBACK, store } = asked;
  const options: BrokerOptions = {
    ...brokerDefaults,
    ...asked.options,
    limits: { ...brokerDefaults.limits, ...asked.options?.limits },
  };
  if (store === undefined) options.durability = 'none';
  const pump = new BrokerPump(options, store, asked.trace);
  // [3.1.1/MQTT-7.1.1-1] [5.0/MQTT-4.2-1]
  const tcp = createServer({ noDelay: true });
  const http = asked.ws === undefined ? undefined : webSocketServer(options, pump);
  let settle!: { resolve: () => void; reject: (error: unknown) => void };
  const closed = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever does not look at it hears of the failure by close().
  closed.catch(() => {});
  const snapshot = await (store?.load() ?? []);
  const servers: (Server | HttpServer)[] = http === undefined ? [tcp] : [tcp, http];
  try {
    await listen(tcp, asked.port, host);
    if (http !== undefined) await listen(http, asked.ws!.port, host);
    pump.begin(snapshot, (error) => void shut(error));
  } catch (error) {
    for (const server of servers) server.close();
    await store?.close();
    throw error;
  }
  tcp.on('connection', (socket: Socket) => pump.accepted(new TcpChannel(socket, pump)));

  let shutting: Promise<void> | undefined;
  const shut = (failure?: unknown): Promise<void> => {
    shutting ??= (async () => {
      for (const server of servers) server.close();
      http?.closeAllConnections();
      try {
        if (failure === undefined) {
          pump.pause();
          await store?.idle();
          pump.shutdown();
          await store?.idle();
        }
        pump.end();
        await store?.close();
      } catch (error) {
        failure ??= error;
      }
      if (failure === undefined) settle.resolve();
      else settle.reject(failure);
    })();
    return shutting;
  };
  return {
    address: addressOf(tcp),
    ws: http === undefined ? undefined : addressOf(http),
    close: async () => {
      await shut();
      await closed;
    },
    closed,
  };
}

/** An HTTP server that does nothing but upgrades to WebSocket with a subprotocol of MQTT [3.1.1/MQTT-6.0.0-4]. */
function webSocketServer(options: BrokerOptions, pump: BrokerPump): HttpServer {
  const http = createHttpServer(
    {
      maxHeaderSize: HTTP_HEADER_BYTES,
      headersTimeout: UPGRADE_MILLIS,
      requestTimeout: UPGRADE_MILLIS,
      noDelay: true,
    },
    (_request, response) => {
      response.writeHead(426, { connection: 'close', upgrade: 'websocket', 'content-type': 'text/plain' });
      response.end('this is an MQTT server: connect by WebSocket, with the subprotocol mqtt\n');
    },
  );
  http.maxConnections = options.limits.connections;
  const upgrades = new WebSocketServer({
    server: http,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: options.limits.packetSize + FRAME_BEYOND_PACKET_BYTES,
    verifyClient: ({ req }, answer) => {
      if (chosenSubprotocol(askedSubprotocols(req)) !== undefined) answer(true);
      else answer(false, 400, 'the WebSocket subprotocol has to be mqtt');
    },
    handleProtocols: (protocols) => chosenSubprotocol(protocols) ?? false,
  });
  // The HTTP server's errors come here too; each says its own where it is listened to.
  upgrades.on('error', () => {});
  upgrades.on('connection', (socket, { socket: { remoteAddress, remotePort } }) => {
    pump.accepted(new WebSocketChannel(socket, `${remoteAddress}:${remotePort}`, pump));
  });
  return http;
}

function askedSubprotocols(request: IncomingMessage): string[] {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
}

function listen(server: Server | HttpServer, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: 1_024 }, () => {
      server.off('error', reject);
      // A connection that could not be accepted, for want of descriptors perhaps, is nobody else's end.
      server.on('error', () => {});
      resolve();
    });
  });
}

function addressOf(server: Server | HttpServer): Address {
  const { address, port } = server.address() as AddressInfo;
  return { host: address, port };
}
