import { connect, isIP } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { WebSocket } from 'ws';
import { Channel, type ChannelOwner } from './channel.ts';
import { TcpCarrier } from './tcp-carrier.ts';
import { WebSocketCarrier } from './websocket-carrier.ts';

type Scheme = 'mqtt' | 'mqtts' | 'ws' | 'wss';

const PORTS: Readonly<Record<Scheme, number>> = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 };
/** What else these are called in the field. */
const ALIASES: Readonly<Record<string, Scheme>> = { tcp: 'mqtt', ssl: 'mqtts', tls: 'mqtts' };
/** What connecting may take, the upgrade included. */
const DIAL_MILLIS = 30_000;

/** Where a server is. */
export interface Place {
  scheme: Scheme;
  host: string;
  port: number;
  /** Of a WebSocket server. */
  path: string;
  username: string | undefined;
  password: string | undefined;
}

/** @throws {TypeError} for what is no address of an MQTT server */
export function placeOf(address: string): Place {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw new TypeError(`'${address}' is no address; write mqtt://HOST:PORT or ws://HOST:PORT`);
  }
  const asked = url.protocol.slice(0, -1);
  const scheme = ALIASES[asked] ?? asked;
  if (!isScheme(scheme)) {
    throw new TypeError(`'${address}' asks for ${asked}; this client speaks mqtt:, mqtts:, ws: and wss:`);
  }
  if (url.hostname === '') throw new TypeError(`'${address}' names no host; write ${scheme}://HOST:PORT`);
  return {
    scheme,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? PORTS[scheme] : Number(url.port),
    path: `${url.pathname === '' ? '/' : url.pathname}${url.search}`,
    username: url.username === '' ? undefined : plainText(url.username, address),
    password: url.password === '' ? undefined : plainText(url.password, address),
  };
}

/** A part of an address without its percent signs. @throws {TypeError} when one of them stands for nothing */
export function plainText(part: string, address: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new TypeError(`'${address}' has a % that stands for no character; write %25 for the sign itself`);
  }
}

function isScheme(text: string): text is Scheme {
  return Object.hasOwn(PORTS, text);
}

/** What a client of TLS knows: PEM each, as node:tls and MQTT.js name them. */
export interface TlsOptions {
  /** Whom to trust, in the place of those the system trusts. */
  ca?: string | Buffer;
  /** Who this client is. */
  cert?: string | Buffer;
  key?: string | Buffer;
  /** False believes any certificate: whoever is in between reads everything. Default true. */
  rejectUnauthorized?: boolean;
}

/**
 * Begins a connection over TCP [3.1.1/MQTT-7.1.2-1] [5.0/MQTT-4.2-1], TLS, or a WebSocket with the subprotocol `mqtt`
 * [3.1.1/MQTT-6.0.0-3] [5.0/MQTT-6.0.0-3]; `owner` is told whether it came to be.
 */
export function dial(place: Place, tls: TlsOptions, owner: ChannelOwner): Channel {
  const { scheme, host, port, path } = place;
  if (scheme === 'mqtt') return new Channel(new TcpCarrier(connect({ host, port }), false), owner);
  if (scheme === 'mqtts') {
    // An address is not a name that a server could choose its certificate by [RFC 6066, 3].
    const named = isIP(host) === 0 ? { servername: host } : {};
    return new Channel(new TcpCarrier(connectSecurely({ host, port, ...named, ...tls }), false), owner);
  }
  const name = host.includes(':') ? `[${host}]` : host;
  const socket = new WebSocket(`${scheme}://${name}:${port}${path}`, 'mqtt', {
    perMessageDeflate: false,
    handshakeTimeout: DIAL_MILLIS,
    ...tls,
  });
  return new Channel(new WebSocketCarrier(socket, `${host}:${port}`), owner);
}
