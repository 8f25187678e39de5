import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { decode } from '../../../src/mqtt/codec/index.ts';
import type { TraceEvent } from '../../../src/trace/event.ts';
import { packetIdentifierOf } from '../../../viz/index/packet-identifier.ts';
import { readStory, TraceIndex } from '../../../viz/index/trace-index.ts';
import { Draughtsman, plantFixture } from '../fixture.ts';
import { record, stories } from '../recorded.ts';

const plant = plantFixture();

/** `sensor PUBLISH`, of every flight. */
function named(index: TraceIndex, flights: readonly number[]): string[] {
  return flights.map((flight) => {
    const { sent } = index.flight(flight);
    const packet = decode(sent.bytes, sent.v === 5 ? 5 : 4);
    const dup = packet.type === 'publish' && packet.dup ? ' again' : '';
    return `${sent.n} ${packet.type}${dup}`;
  });
}

function flightOf(index: TraceIndex, wanted: (event: TraceEvent) => boolean): number {
  const ordinals = Array.from({ length: index.eventCount }, (_, at) => at + 1);
  return index.events.flight[ordinals.find((ordinal) => wanted(index.event(ordinal)!))! - 1]!;
}

describe('the packets of one exchange', () => {
  const index = readStory(plant);
  const publishes = (payload: string) =>
    flightOf(
      index,
      (event) =>
        event.k === 'packet.sent' &&
        event.n === 'sensor' &&
        new TextDecoder().decode(event.bytes).endsWith(payload),
    );

  it('are those of a QoS 2 handshake, and of every hop of its message', () => {
    const first = publishes('21.5');
    const handshake = ['sensor publish', 'hub pubrec', 'sensor pubrel', 'hub pubcomp'];
    expect(named(index, index.exchanges.of(first))).toEqual(handshake);
    expect(named(index, index.exchanges.journeyOf(first)).sort()).toEqual(
      [
        ...handshake,
        ...['hub publish', 'screen pubrec', 'hub pubrel', 'screen pubcomp'],
        ...['hub publish', 'archive puback'],
      ].sort(),
    );
    for (const each of index.exchanges.journeyOf(first)) {
      expect(index.exchanges.journeyOf(each)).toEqual(index.exchanges.journeyOf(first));
    }
  });

  it('are joined over a cut by the DUP flag', () => {
    expect(named(index, index.exchanges.of(publishes('21.7')))).toEqual([
      'sensor publish',
      'sensor publish again',
      'hub pubrec',
      'sensor pubrel',
      'hub pubcomp',
    ]);
  });

  it('are a CONNECT with its CONNACK, a PINGREQ with its PINGRESP, a SUBSCRIBE with its SUBACK', () => {
    const by = (type: string, n: string) => {
      const flight = flightOf(
        index,
        (event) => event.k === 'packet.sent' && event.n === n && decode(event.bytes, 4).type === type,
      );
      return named(index, index.exchanges.of(flight));
    };
    expect(by('connect', 'meter')).toEqual(['meter connect', 'hub connack']);
    expect(by('pingreq', 'meter')).toEqual(['meter pingreq', 'hub pingresp']);
    expect(by('subscribe', 'screen')).toEqual(['screen subscribe', 'hub suback']);
  });

  it('are stepped through in both directions, and end', () => {
    const flights = index.exchanges.of(publishes('21.5')).map((each) => index.flight(each));
    const ordinals = flights.flatMap(({ sent, end }) => [sent.i, end!.i]).sort((one, other) => one - other);
    expect(ordinals).toHaveLength(8);
    for (const [at, ordinal] of ordinals.entries()) {
      expect(index.next('exchange', ordinal, 1)).toBe(ordinals[at + 1] ?? 0);
      expect(index.next('exchange', ordinal, -1)).toBe(ordinals[at - 1] ?? 0);
    }
    expect(index.next('message', ordinals[0]!, 1)).toBeGreaterThan(0);
    expect(index.next('exchange', 1, 1)).toBe(0);
    expect(index.next('exchange', 0, 1)).toBe(0);
  });

  it('begin anew when an identifier is used again, and do not mix what both ends began', () => {
    const d = new Draughtsman();
    d.put(0, 'node.added', 'hub', undefined, { role: 'broker' });
    const conn = 'a>hub#1';
    const publish = {
      type: 'publish',
      topic: 't',
      payload: new Uint8Array(0),
      qos: 1,
      retain: false,
      dup: false,
      packetId: 1,
    } as const;
    for (const t of [0, 100]) {
      d.pass(t, 'a', 'hub', conn, publish, 5, undefined);
      d.pass(t + 1, 'hub', 'a', conn, publish, 5, undefined);
      d.pass(t + 10, 'hub', 'a', conn, { type: 'puback', packetId: 1 }, 5, undefined);
      d.pass(t + 11, 'a', 'hub', conn, { type: 'puback', packetId: 1 }, 5, undefined);
    }
    const story = readStory(d.finish('two ways', '1', 'passed'));
    const exchanges = Array.from({ length: story.flightCount }, (_, flight) => story.exchanges.of(flight));
    expect(exchanges).toEqual([
      [0, 2],
      [1, 3],
      [0, 2],
      [1, 3],
      [4, 6],
      [5, 7],
      [4, 6],
      [5, 7],
    ]);
  });

  it('take room by how many are open, however large their identifiers are', () => {
    let room = 0;
    vi.stubGlobal(
      'Int32Array',
      class extends Int32Array {
        constructor(length: number) {
          super(length);
          room += this.byteLength;
        }
      },
    );
    onTestFinished(() => void vi.unstubAllGlobals());
    const clients = 2_000;
    const crowd = new TraceIndex(plant.header);
    const bytes = Uint8Array.of(0x32, 5, 0, 1, 0x61, 65_001 >> 8, 65_001 & 0xff);
    for (let i = 1; i <= clients; i++)
      crowd.push({ i, t: i, c: 0, k: 'packet.sent', n: `${i}`, conn: `${i}>hub#1`, v: 4, bytes });
    expect(crowd.flightCount).toBe(clients);
    expect(room).toBeLessThan(512 * clients);
  });

  it.each(stories)('are in %s of one identifier between two nodes, and nobody is in two', async (name) => {
    const story = readStory(await record(name, 'packets'));
    const seen = new Map<number, number>();
    /** All of them are looked at, and told at once: an `expect` takes longer than what it looks at. */
    const wrong: string[] = [];
    const claim = (holds: boolean, flight: number, what: string): void => {
      if (!holds) wrong.push(`${flight}: ${what}`);
    };
    for (let flight = 0; flight < story.flightCount; flight++) {
      const flights = story.exchanges.of(flight);
      claim(flights.includes(flight), flight, 'is in its exchange');
      claim(
        flights.every((each, at) => at === 0 || flights[at - 1]! <= each),
        flight,
        'has those of its exchange in order',
      );
      const first = story.flight(flights[0]!);
      claim((seen.get(flight) ?? flights[0]) === flights[0], flight, 'is in one');
      const identifier = packetIdentifierOf(first.sent.bytes);
      for (const each of flights) {
        seen.set(each, flights[0]!);
        const { sent, from, to } = story.flight(each);
        claim(packetIdentifierOf(sent.bytes) === identifier, each, 'has the identifier of the first');
        const isAlike = from === first.from && to === first.to;
        claim(isAlike || (from === first.to && to === first.from), each, 'is between its two nodes');
      }
      const journey = story.exchanges.journeyOf(flight);
      for (const each of journey)
        claim(`${story.exchanges.journeyOf(each)}` === `${journey}`, each, `is on the journey of ${flight}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('a Packet Identifier', () => {
  it('is read from the bytes as the decoder reads it', async () => {
    let identified = 0;
    for (const name of [
      'flapping-uplink.ts',
      'topic-aliases.ts',
      'subscription-options.ts',
      'authentication.ts',
    ]) {
      for (const event of (await record(name, 'packets')).events) {
        if (event.k !== 'packet.sent' || event.malformed !== undefined) continue;
        const packet = decode(event.bytes, event.v === 0 ? 4 : event.v);
        const expected = 'packetId' in packet ? (packet.packetId ?? 0) : 0;
        expect(packetIdentifierOf(event.bytes)).toBe(expected);
        if (expected > 0) identified++;
      }
    }
    expect(identified).toBeGreaterThan(100);
  });
});
