import { connect } from 'node:net';
import { WebSocket } from 'ws';
import type { Channel, ChannelOwner } from './channel.ts';
import { TcpChannel } from './tcp-channel.ts';
import { WebSocketChannel } from './websocket-channel.ts';

const MQTT_PORT = 1883;
/** What connecting may take, the upgrade included. */
const DIAL_MILLIS = 30_000;

/** Where a server is. */
export interface Place {
  scheme: 'mqtt' | 'ws';
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
  const scheme = url.protocol.slice(0, -1);
  if (scheme !== 'mqtt' && scheme !== 'tcp' && scheme !== 'ws') {
    throw new TypeError(`'${address}' asks for ${scheme}; this client speaks mqtt: and ws:`);
  }
  const isWebSocket = scheme === 'ws';
  return {
    scheme: isWebSocket ? 'ws' : 'mqtt',
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (isWebSocket ? 80 : MQTT_PORT) : Number(url.port),
    path: `${url.pathname === '' ? '/' : url.pathname}${url.search}`,
    username: url.username === '' ? undefined : decodeURIComponent(url.username),
    password: url.password === '' ? undefined : decodeURIComponent(url.password),
  };
}

/**
 * Begins a connection over TCP [3.1.1/MQTT-7.1.2-1] [5.0/MQTT-4.2-1] or a WebSocket with the subprotocol `mqtt` [3.1.1/MQTT-6.0.0-3]
 * [5.0/MQTT-6.0.0-3]; `owner` is told whether it came to be.
 */
export function dial({ scheme, host, port, path }: Place, owner: ChannelOwner): Channel {
  if (scheme === 'mqtt') return new TcpChannel(connect({ host, port }), owner);
  const name = host.includes(':') ? `[${host}]` : host;
  const socket = new WebSocket(`ws://${name}:${port}${path}`, 'mqtt', {
    perMessageDeflate: false,
    handshakeTimeout: DIAL_MILLIS,
  });
  return new WebSocketChannel(socket, `${host}:${port}`, owner);
}
