/** What the tests of `src/websocket` share. */
import { WebSocketClient, type WebSocketClientOptions } from '../../src/websocket/client.ts';
import { encodeFrame, type FrameDraft } from '../../src/websocket/frame.ts';
import { FrameDecoder, type FrameDecoderOptions } from '../../src/websocket/frame-decoder.ts';
import { WebSocketServer } from '../../src/websocket/server.ts';
import type { WebSocketSink } from '../../src/websocket/web-socket.ts';

/** One seed for the properties of this folder, so that a failure comes back. */
export const SEED = 20_261_126;

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function hex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Whole and cut at the given offsets, in order. */
export function cutAt(bytes: Uint8Array, offsets: readonly number[]): Uint8Array[] {
  const at = [0, ...offsets.map((offset) => offset % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.slice(at[index]!, end));
}

/** What a decoder makes of bytes: each word is something it told, or the code of the error that ended it. */
export function decoded(
  chunks: readonly Uint8Array[],
  options: Partial<FrameDecoderOptions> = {},
): { told: string[]; payload: Uint8Array; code?: number } {
  const told: string[] = [];
  const payload: Uint8Array[] = [];
  const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
  const decoder = new FrameDecoder(
    { masked: false, longestMessage: 1_000_000, ...options },
    {
      data: (bytes) => void payload.push(bytes),
      ping: (bytes) => void told.push(`ping ${text(bytes)}`),
      pong: (bytes) => void told.push(`pong ${text(bytes)}`),
      close: (code, reason) => void told.push(`close ${code} ${reason}`),
    },
  );
  try {
    for (const chunk of chunks) decoder.push(chunk);
  } catch (error) {
    return { told, payload: join(payload), code: (error as { code: number }).code };
  }
  return { told, payload: join(payload) };
}

export const MASK = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);

export function frame(opcode: number, payload: Uint8Array = ascii(''), more: Partial<FrameDraft> = {}) {
  return encodeFrame({ opcode, payload, ...more });
}

/** One end and everything that it said. */
export interface Spoken {
  sent: Uint8Array[];
  payload: Uint8Array[];
  told: string[];
}

function listening(): Spoken & { sink: WebSocketSink } {
  const spoken: Spoken = { sent: [], payload: [], told: [] };
  const sink: WebSocketSink = {
    send: (bytes) => void spoken.sent.push(bytes),
    opened: (subprotocol) => void spoken.told.push(`opened ${subprotocol}`),
    data: (bytes) => void spoken.payload.push(bytes),
    ended: ({ by, code, reason }) => void spoken.told.push(`ended by ${by} ${code} ${reason}`.trimEnd()),
    finish: () => void spoken.told.push('finish'),
  };
  return { ...spoken, sink };
}

/** Chance that has no surprise in it. */
export function lots(): () => number {
  let drawn = 0;
  return () => ((drawn++ * 37) % 256) / 256;
}

export function client(options: Partial<WebSocketClientOptions> = {}): Spoken & { socket: WebSocketClient } {
  const { sink, ...spoken } = listening();
  const socket = new WebSocketClient(
    { host: 'hub', path: '/mqtt', subprotocols: ['mqtt'], chance: lots(), ...options },
    sink,
  );
  return { ...spoken, socket };
}

export function server(longestMessage = 1_000_000): Spoken & { socket: WebSocketServer } {
  const { sink, ...spoken } = listening();
  return { ...spoken, socket: new WebSocketServer({ longestMessage }, sink) };
}

/** A server and a client after their handshake; what was said until then is forgotten. */
export function pair() {
  const front = client();
  const back = server();
  front.socket.opened();
  back.socket.opened();
  back.socket.received(front.sent.shift()!);
  front.socket.received(back.sent.shift()!);
  front.told.length = 0;
  back.told.length = 0;
  return { front, back };
}
