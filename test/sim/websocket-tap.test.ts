import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WebSocketTap } from '../../src/sim/websocket-tap.ts';
import type { TraceEvent } from '../../src/trace/event.ts';
import { hashText } from '../../src/trace/hash.ts';
import { Recorder } from '../../src/trace/recorder.ts';
import { BINARY, CLOSE, CONTINUATION, PING, TEXT } from '../../src/websocket/frame.ts';
import { ascii, cutAt, frame, join, MASK } from '../websocket/bytes.ts';
import { PINGREQ, publish } from './fakes.ts';

const HEAD = ascii('GET / HTTP/1.1\r\nHost: b\r\n\r\n');

const named = (name: string) => ({ name, nameHash: hashText(name) });

function tapped() {
  const events: TraceEvent[] = [];
  const recorder = new Recorder({
    level: 'full',
    header: { amber: 'test', scenario: 'test', seed: '1', parameters: {}, vantage: 'both-ends' },
    onEvent: (event) => events.push(event),
  });
  const connection = { recorder, ...named('a>b#1'), version: 0 as const };
  const tap = new WebSocketTap(connection, named('a'), named('b'));
  /** What was told so far, in short: the kind, and what it is about. */
  const told = () =>
    events.map((event) => {
      if (event.k === 'websocket.sent') return `${event.what}${event.malformed === undefined ? '' : '!'}`;
      if (event.k === 'packet.sent') return `packet ${event.bytes.length}`;
      return 'of' in event ? `${event.k} ${event.of}` : event.k;
    });
  return { tap, events, told };
}

describe('the tap on a WebSocket', () => {
  it('finds the same units and packets however they are written, read and masked', () => {
    const packets = [PINGREQ, publish(40), PINGREQ, publish(130), publish(3)];
    const payload = join(packets);
    fc.assert(
      fc.property(
        fc.array(fc.nat(400), { maxLength: 6 }),
        fc.array(fc.nat(1_000), { maxLength: 10 }),
        fc.array(fc.nat(1_000), { maxLength: 10 }),
        fc.boolean(),
        (frameCuts, writeCuts, readCuts, masked) => {
          const mask = masked ? MASK : undefined;
          const pieces = cutAt(payload, frameCuts);
          const frames = pieces.map((piece, index) =>
            frame(index === 0 ? BINARY : CONTINUATION, piece, { mask, fin: index === pieces.length - 1 }),
          );
          const stream = join([HEAD, ...frames, frame(PING, ascii('x'), { mask })]);
          const { tap, events } = tapped();
          for (const piece of cutAt(stream, writeCuts)) tap.write(piece);
          const kinds = events.flatMap((event) => (event.k === 'websocket.sent' ? [event.what] : []));
          const names = pieces.map((_, index) => (index === 0 ? 'binary' : 'continuation'));
          expect(kinds).toEqual(['request', ...names, 'ping']);
          expect(events.flatMap((event) => (event.k === 'packet.sent' ? [event.bytes] : []))).toEqual(
            packets,
          );

          // A packet ends on the wire in the frame that is its cause.
          for (const event of events) {
            if (event.k === 'packet.sent') expect(events[event.c - 1]).toMatchObject({ k: 'websocket.sent' });
          }
          expect(tap.packetsEnding(0, stream.length).map(({ bytes }) => bytes)).toEqual(packets);

          const read: Uint8Array[] = [];
          for (const to of [...readCuts.map((at) => at % stream.length), stream.length].sort(
            (a, b) => a - b,
          )) {
            for (let part = tap.readUnit(to); part !== undefined; part = tap.readUnit(to)) read.push(part);
          }
          expect(join(read)).toEqual(stream);
          expect(events.filter(({ k }) => k === 'websocket.received')).toHaveLength(kinds.length);
          // Only who takes the payload receives packets.
          expect(events.filter(({ k }) => k === 'packet.received')).toEqual([]);
        },
      ),
      { seed: 11, numRuns: 200 },
    );
  });

  it('knows where in the frames and in the payload a packet ends', () => {
    const { tap } = tapped();
    tap.write(HEAD);
    tap.write(frame(BINARY, join([PINGREQ, publish(10).subarray(0, 4)])));
    expect(tap.nextPacketEnd).toBe(2);
    expect(tap.packetsEnding(0, 1_000)).toEqual([
      { bytes: PINGREQ, end: HEAD.length + 2 + 2, payloadEnd: 2, ordinal: 3 },
    ]);
    tap.packetRead();
    expect(tap.nextPacketEnd).toBe(Number.POSITIVE_INFINITY);
    tap.write(frame(BINARY, publish(10).subarray(4)));
    expect(tap.nextPacketEnd).toBe(2 + publish(10).length);
    expect(tap.packetsEnding(0, 1_000)[0]!.end).toBe(tap.written);
  });

  it('finds no packet in a text frame [5.0/MQTT-6.0.0-1], nor in what goes on with one', () => {
    const { tap, told } = tapped();
    tap.write(HEAD);
    tap.write(frame(TEXT, PINGREQ, { fin: false }));
    tap.write(frame(CONTINUATION, PINGREQ));
    tap.write(frame(BINARY, PINGREQ));
    expect(told()).toEqual(['request', 'text', 'continuation', 'binary', 'packet 2']);
  });

  it('says what is no WebSocket: no HTTP, a head without an end, a frame without one, and what follows a refusal', () => {
    const first = (...pieces: readonly Uint8Array[]): string[] => {
      const { tap, told } = tapped();
      for (const piece of pieces) tap.write(piece);
      return told();
    };
    expect(first(PINGREQ, PINGREQ)).toEqual(['other!', 'other!']);
    expect(first(ascii('x'.repeat(8_193)))).toEqual(['other!']);
    expect(first(HEAD, Uint8Array.of(0x82, 0x7f, 0xff, 1, 1, 1, 1, 1, 1, 1), PINGREQ)).toEqual([
      'request',
      'other!',
      'other!',
    ]);
    const refusal = ascii('HTTP/1.1 400 Bad Request\r\nContent-Length: 4\r\n\r\nbody');
    expect(first(refusal.subarray(0, 20), refusal.subarray(20), PINGREQ)).toEqual(['response', 'other!']);
  });

  it('tells a unit that is cut short', () => {
    const { tap, told } = tapped();
    tap.write(HEAD);
    tap.write(frame(BINARY, publish(9)).subarray(0, 5));
    tap.cutShort();
    expect(told()).toEqual(['request', 'other!']);
  });

  it('loses frames and packets where they are when nobody reads on', () => {
    const { tap, events } = tapped();
    tap.write(HEAD);
    for (let i = 0; i < 3; i++) tap.write(frame(BINARY, PINGREQ));
    tap.transmitted = HEAD.length + 8;
    tap.arrived = HEAD.length + 4;
    tap.endReading('crash of b');
    const lost = events.flatMap((event) => ('at' in event ? [[event.k, event.at]] : []));
    expect(lost).toEqual([
      ['websocket.lost', 'receiver'],
      ['websocket.lost', 'receiver'],
      ['websocket.lost', 'network'],
      ['websocket.lost', 'sender'],
      ['packet.lost', 'receiver'],
      ['packet.lost', 'network'],
      ['packet.lost', 'sender'],
    ]);
    tap.write(frame(BINARY, PINGREQ));
    expect(events.slice(-2).map(({ k }) => k)).toEqual(['packet.lost', 'websocket.lost']);
  });

  it('keeps what was transmitted when the writer is gone, and loses the rest', () => {
    const { tap, events } = tapped();
    tap.write(HEAD);
    tap.write(frame(BINARY, PINGREQ));
    tap.write(frame(BINARY, publish(20)));
    tap.transmitted = HEAD.length + 4 + 7;
    tap.endWriting('power cut of a');
    expect(events.flatMap((event) => ('at' in event ? [[event.k, event.at, event.of]] : []))).toEqual([
      ['websocket.lost', 'sender', 4],
      ['packet.lost', 'sender', 5],
    ]);
    expect(tap.readBytes(tap.transmitted, 1_000)).toHaveLength(tap.transmitted);
    expect(tap.packetsEnding(0, 1_000)).toHaveLength(1);
  });

  it('reads on for a Close frame after the packets are over', () => {
    const { tap, events } = tapped();
    tap.write(HEAD);
    tap.write(frame(BINARY, PINGREQ));
    tap.endPackets('b closed');
    tap.write(frame(CLOSE));
    expect(tap.readBytes(tap.written, 1_000)).toHaveLength(HEAD.length + 4 + 2);
    expect(events.map(({ k }) => k)).toEqual([
      ...['websocket.sent', 'websocket.sent', 'packet.sent', 'packet.lost', 'websocket.sent'],
      ...['websocket.received', 'websocket.received', 'websocket.received'],
    ]);
  });

  it('knows when nothing but keep-alives is under way', () => {
    const { tap } = tapped();
    tap.write(HEAD);
    expect(tap.onlyKeepsAlive).toBe(false);
    tap.readUnit(HEAD.length);
    tap.write(frame(BINARY, PINGREQ));
    tap.write(frame(PING, ascii('?')));
    expect(tap.onlyKeepsAlive).toBe(true);
    tap.write(frame(BINARY, publish(5)));
    expect(tap.onlyKeepsAlive).toBe(false);
    const other = tapped().tap;
    other.write(HEAD);
    other.readUnit(HEAD.length);
    other.write(frame(BINARY, PINGREQ.subarray(0, 1)));
    expect(other.onlyKeepsAlive).toBe(false);
    other.write(frame(CLOSE));
    expect(other.onlyKeepsAlive).toBe(false);
  });
});
