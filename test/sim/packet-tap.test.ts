import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PacketTap } from '../../src/sim/packet-tap.ts';
import type { TraceEvent } from '../../src/trace/event.ts';
import { hashText } from '../../src/trace/hash.ts';
import { Recorder } from '../../src/trace/recorder.ts';
import { PINGREQ, publish } from './fakes.ts';

const named = (name: string) => ({ name, nameHash: hashText(name) });

function tapped() {
  const events: TraceEvent[] = [];
  const recorder = new Recorder({
    level: 'full',
    header: { amber: 'test', scenario: 'test', seed: '1', parameters: {}, vantage: 'both-ends' },
    onEvent: (event) => events.push(event),
  });
  const connection = { recorder, ...named('a>b#1'), version: 0 as 0 | 3 | 4 | 5 };
  return { tap: new PacketTap(connection, named('a'), named('b')), events, recorder, connection };
}

const sizes = (events: readonly TraceEvent[]): number[] =>
  events.flatMap((event) => (event.k === 'packet.sent' ? [event.bytes.length] : []));

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

describe('the tap on a direction', () => {
  test('finds the same packets however the bytes are cut into writes, and gives back the same bytes', () => {
    const lengths = fc.array(fc.oneof(fc.nat(10), fc.nat(300), fc.constant(2_000)), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(
        lengths,
        fc.array(fc.nat(), { maxLength: 30 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (of, cuts, reads) => {
          const packets = of.map((length) => publish(length));
          const stream = join(packets);
          const { tap, events } = tapped();
          const at = [...new Set([0, ...cuts.map((cut) => cut % stream.length), stream.length])].sort(
            (a, b) => a - b,
          );
          for (let i = 1; i < at.length; i++) tap.write(stream.subarray(at[i - 1]!, at[i]!));
          expect(sizes(events)).toEqual(packets.map((packet) => packet.length));
          const back: Uint8Array[] = [];
          const until = [...reads.map((read) => read % stream.length), stream.length].sort((a, b) => a - b);
          for (const to of until) {
            for (let part = tap.readUnit(to); part !== undefined; part = tap.readUnit(to)) back.push(part);
          }
          expect(Buffer.from(join(back)).equals(stream)).toBe(true);
          expect(events.filter((event) => event.k === 'packet.received').length).toBe(packets.length);
        },
      ),
      { seed: 11, numRuns: 150 },
    );
  });

  test('a read ends where a packet ends', () => {
    const { tap } = tapped();
    tap.write(join([PINGREQ, publish(4), PINGREQ]));
    expect([tap.readUnit(13)?.length, tap.readUnit(13)?.length, tap.readUnit(13)?.length]).toEqual([2, 9, 2]);
    expect(tap.readUnit(13)).toBeUndefined();
  });

  test('a raw read takes several packets at once, as much as it is allowed', () => {
    const { tap, events } = tapped();
    tap.write(join([PINGREQ, publish(4), PINGREQ]));
    expect(tap.readBytes(13, 5)?.length).toBe(5);
    expect(events.filter((event) => event.k === 'packet.received').length).toBe(1);
    expect(tap.readBytes(13, 100)?.length).toBe(8);
    expect(events.filter((event) => event.k === 'packet.received').length).toBe(3);
  });

  test('a packet is received because it was sent, and what follows is because it was received', () => {
    const { tap, events, recorder } = tapped();
    tap.write(PINGREQ);
    tap.write(publish(1));
    recorder.cause = 0;
    tap.readUnit(2);
    expect(events.map(({ i, c, k }) => [i, c, k])).toEqual([
      [1, 0, 'packet.sent'],
      [2, 1, 'packet.sent'],
      [3, 1, 'packet.received'],
    ]);
    expect(recorder.cause).toBe(3);
  });

  test('knows the protocol level from the CONNECT', () => {
    for (const [name, level] of [
      ['MQTT', 4],
      ['MQTT', 5],
      ['MQIsdp', 3],
    ] as const) {
      const { tap, connection, events } = tapped();
      const bytes = [
        0,
        name.length,
        ...Array.from(name, (sign) => sign.charCodeAt(0)),
        level,
        2,
        0,
        60,
        0,
        0,
      ];
      tap.write(Uint8Array.of(0x10, bytes.length, ...bytes));
      expect(connection.version).toBe(level);
      expect(events[0]).toMatchObject({ k: 'packet.sent', v: level });
    }
  });

  test('bytes that cannot be framed are recorded as they are written, with the reason', () => {
    const { tap, events } = tapped();
    tap.write(Uint8Array.of(0xc0, 0, 0x30, 0xff, 0xff, 0xff, 0xff, 1));
    tap.write(Uint8Array.of(1, 2, 3));
    expect(
      events.map((event) => (event.k === 'packet.sent' ? [event.bytes.length, event.malformed] : [])),
    ).toEqual([
      [2, undefined],
      [6, 'the remaining length has more than four bytes'],
      [3, 'the remaining length has more than four bytes'],
    ]);
    expect(tap.readBytes(11, 100)?.length).toBe(11);
  });

  test('a length that goes wrong byte by byte is noticed at the fifth', () => {
    const { tap, events } = tapped();
    for (const byte of [0x30, 0xff, 0xff, 0xff, 0xff, 0xff]) tap.write(Uint8Array.of(byte));
    expect(sizes(events)).toEqual([5, 1]);
    expect(tap.readBytes(6, 100)?.length).toBe(6);
  });

  test('a packet that was begun and never ended is recorded when the writer finishes', () => {
    const { tap, events } = tapped();
    tap.write(publish(100).subarray(0, 50));
    expect(events).toEqual([]);
    tap.cutShort();
    expect(events).toMatchObject([{ k: 'packet.sent', malformed: 'the packet is cut short' }]);
  });

  test('what is lost says where it was: not sent, under way, or arrived and not read', () => {
    const { tap, events } = tapped();
    for (let i = 0; i < 4; i++) tap.write(PINGREQ);
    tap.readUnit(2);
    tap.transmitted = 6;
    tap.arrived = 4;
    tap.endReading('crash of b');
    expect(events.flatMap((event) => (event.k === 'packet.lost' ? [[event.of, event.at]] : []))).toEqual([
      [2, 'receiver'],
      [3, 'network'],
      [4, 'sender'],
    ]);
    tap.write(PINGREQ);
    expect(events.at(-1)).toMatchObject({ k: 'packet.lost', at: 'network', reason: 'crash of b' });
    expect(tap.readUnit(10)).toBeUndefined();
  });

  test('a writer that dies loses what was not transmitted, and the begun part can still be read', () => {
    const { tap, events } = tapped();
    tap.write(publish(20));
    tap.write(PINGREQ);
    tap.transmitted = 10;
    tap.endWriting('power cut of a');
    expect(events.filter((event) => event.k === 'packet.lost').length).toBe(2);
    expect(tap.readUnit(10)?.length).toBe(10);
    expect(events.some((event) => event.k === 'packet.received')).toBe(false);
  });
});
