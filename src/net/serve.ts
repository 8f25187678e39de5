import type { Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { brokerDefaults } from '../mqtt/broker/defaults.ts';
import type { BrokerLimits, BrokerOptions } from '../mqtt/broker/options.ts';
import type { Recorder } from '../trace/recorder.ts';
import { BrokerPump } from './broker-pump.ts';
import { Channel } from './channel.ts';
import type { Store } from './store.ts';
import { TcpCarrier } from './tcp-carrier.ts';
import { LONGEST_MILLIS } from './wakes.ts';
import { webSocketServer } from './websocket-server.ts';

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
  /**
   * Origins of pages that may connect by WebSocket, as `https://example.org`; `*` is any. Default: pages of this host, and any when
   * there is `authenticate`.
   */
  origins?: readonly string[];
  /** TLS for both, with the certificate and the key in PEM. */
  tls?: { cert: string | Buffer; key: string | Buffer };
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
  /** How many there are now, those included that have not said who they are. */
  readonly connections: number;
  /** Sends what is still to be sent, closes every connection and the store. Clients see their connection end. */
  close(): Promise<void>;
  /** Resolves after {@link close}; rejects when the server had to stop: its disk failed, or it met a bug of its own. */
  readonly closed: Promise<void>;
}

const LOOPBACK = '127.0.0.1';
/** Beyond the limit of connections so many are looked at, to be refused by the machine, which says so. */
const REFUSED_AT_ONCE = 64;

/**
 * Where a server for anybody differs from one in the simulation. A queue of a thousand messages of the largest size would be a gigabyte
 * a session. And nobody is sent a Topic Alias: a server need not, and clients that allow it get it wrong: MQTT.js 5 hands over a
 * QoS 2 message that came by an alias with an empty topic, libmosquitto 2.0 ends the connection.
 */
const fieldDefaults = { topicAliases: 0, limits: { queueBytes: 67_108_864 } };

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
    ...fieldDefaults,
    ...asked.options,
    limits: { ...brokerDefaults.limits, ...fieldDefaults.limits, ...asked.options?.limits },
  };
  if (store === undefined) options.durability = 'none';
  const pump = new BrokerPump(options, store, asked.trace);
  const tcp = tcpServer(asked, options, pump);
  const http = asked.ws === undefined ? undefined : webSocketServer(asked, options, pump);
  let settle!: { resolve: () => void; reject: (error: unknown) => void };
  const closed = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever does not look at it hears of the failure by close().
  closed.catch(() => {});
  const servers: (Server | HttpServer)[] = http === undefined ? [tcp] : [tcp, http];
  try {
    const snapshot = await (store?.load() ?? []);
    await listen(tcp, asked.port, host);
    if (http !== undefined) await listen(http, asked.ws!.port, host);
    pump.begin(snapshot, (error) => void shut(error));
  } catch (error) {
    for (const server of servers) server.close();
    await store?.close();
    throw error;
  }
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
    get connections() {
      return pump.connections;
    },
    close: async () => {
      await shut();
      await closed;
    },
    closed,
  };
}

/**
 * A server on a transport that is ordered and loses nothing [3.1.1/MQTT-7.1.1-1] [5.0/MQTT-4.2-1]. Its connections are the pump's
 * from the first on: one that comes before the machine has begun is refused.
 */
function tcpServer({ tls }: ServeOptions, options: BrokerOptions, pump: BrokerPump): Server {
  const handshakeTimeout = Math.min(LONGEST_MILLIS, options.connectTimeoutMicros / 1_000);
  const server =
    tls === undefined
      ? createServer({ noDelay: true })
      : createSecureServer({ noDelay: true, handshakeTimeout, ...tls });
  // Handshakes that are not finished count as well.
  server.maxConnections = options.limits.connections + REFUSED_AT_ONCE;
  server.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy());
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) =>
    pump.accepted(new Channel(new TcpCarrier(socket, true), pump)),
  );
  return server;
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
