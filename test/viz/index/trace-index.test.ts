import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommonLines } from '../../../src/trace/common-lines.ts';
import { TraceError } from '../../../src/trace/errors.ts';
import type { PacketLost, PacketReceived, PacketSent, TraceEvent } from '../../../src/trace/event.ts';
import { FIELDS } from '../../../src/trace/fields.ts';
import { eventLine } from '../../../src/trace/jsonl.ts';
import { readTrace, TraceReader } from '../../../src/trace/reader.ts';
import { KINDS } from '../../../viz/index/event-columns.ts';
import { GROUPS, isDrawn, UNDRAWN } from '../../../viz/index/group.ts';
import { endsOfConnection, type Flight, type TraceContent } from '../../../viz/index/story.ts';
import { fillingOf, readStory, TraceIndex } from '../../../viz/index/trace-index.ts';
import { conversation } from '../../trace/conversation.ts';
import { crowdFixture, plantFixture, randomFixture } from '../fixture.ts';
import { record, stories } from '../recorded.ts';

const everyKind = conversation('full', undefined, '\u0000"\\\u2028\ud83d\ude00');
const text = fc.string({ unit: 'binary', maxLength: 12 });
const natural = fc.nat(2 ** 40);
const cell = fc.oneof(
  text,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => n !== 0),
  fc.boolean(),
  fc.constant(null),
);
const bytes = fc.uint8Array({ maxLength: 300 });
const topic = fc.oneof(text, fc.constantFrom('fleet/7/position', ''));
const message = fc.record(
  {
    topic,
    payload: bytes,
    qos: fc.constantFrom(0, 1, 2),
    retain: fc.boolean(),
    correlationData: bytes,
    userProperties: fc.array(fc.tuple(text, text), { maxLength: 3 }),
    messageExpiryInterval: natural,
  },
  { requiredKeys: ['topic', 'payload', 'qos', 'retain'] },
);
const conn = fc.constantFrom('a>hub#1', 'b>hub#1', 'a>hub#2', 'c', '>#', 'b>a>b#9');

/** What an event of some kinds has besides its place in the trace; `of` is mended afterwards. */
const bodies = fc.oneof(
  fc.record({ k: fc.constant('packet.sent'), conn, v: fc.constantFrom(0, 3, 4, 5), bytes }),
  fc.record({ k: fc.constant('packet.sent'), conn, v: fc.constantFrom(4, 5), bytes, malformed: text }),
  fc.record({ k: fc.constant('packet.received'), conn, of: fc.nat() }),
  fc.record({
    k: fc.constant('packet.lost'),
    conn,
    of: fc.nat(),
    at: fc.constantFrom('sender', 'network'),
    reason: text,
  }),
  fc.record({
    k: fc.constant('state'),
    entity: text,
    d: fc.array(fc.tuple(text, cell, cell), { maxLength: 4 }),
  }),
  fc.record({ k: fc.constant('app.delivered'), message, dup: fc.boolean() }),
  fc.record({
    k: fc.constant('app.call'),
    call: fc.oneof(fc.nat(9), fc.maxSafeNat()),
    op: fc.constant('publish'),
    message,
  }),
  fc.record({
    k: fc.constant('app.settled'),
    call: natural,
    outcome: fc.constantFrom('ok', 'failed'),
    text: fc.oneof(text, fc.string({ minLength: 990, maxLength: 1_010 })),
  }),
  fc.record({ k: fc.constant('note'), text }),
  fc.record({ k: fc.constant('conn.ended'), conn, end: fc.constantFrom('reset', 'finished') }),
  fc.record({
    k: fc.constant('segment.lost'),
    conn,
    from: natural,
    to: natural,
    attempt: natural,
    reason: fc.constant('loss'),
  }),
  fc.record({ k: fc.constantFrom('node.started', 'node.crashed', 'node.paused'), life: fc.nat(4) }),
);

const traces: fc.Arbitrary<TraceEvent[]> = fc
  .array(fc.tuple(bodies, fc.nat(50), fc.nat(), fc.constantFrom('', 'a', 'b', 'hub', '日本')), {
    maxLength: 120,
  })
  .map((drawn) => {
    let t = 0;
    return drawn.map(([body, later, cause, n], at) => {
      t += later;
      const of = 'of' in body ? { of: 1 + (body.of % (at + 1)) } : {};
      return { i: at + 1, t, c: cause % (at + 1), n, ...body, ...of } as unknown as TraceEvent;
    });
  });

function contentOf(events: readonly TraceEvent[]): TraceContent {
  return { header: everyKind.recorder.header, events, footer: undefined };
}

function expectTheSame(index: TraceIndex, events: readonly TraceEvent[]): void {
  expect(index.eventCount).toBe(events.length);
  expect(events.map(({ i }) => index.event(i))).toEqual(events);
  expect(index.event(0)).toBeUndefined();
  expect(index.event(events.length + 1)).toBeUndefined();
}

/** All that an index says. */
function toldBy(index: TraceIndex): unknown {
  const { eventCount, events, flightCount, flights, postings } = index;
  const { cause, conn, flight, group, kind, names, node, time } = events;
  const { end, firstByte, from, identifier, level, sent, to } = flights;
  return {
    events: Array.from({ length: eventCount }, (_, at) => index.event(at + 1)),
    columns: [cause, conn, flight, group, kind, node, time].map((each) => each.slice(0, eventCount)),
    names,
    flights: [end, firstByte, from, identifier, level, sent, to].map((each) => each.slice(0, flightCount)),
    times: flights.times.query(0, Infinity, 1_000),
    exchanges: Array.from({ length: flightCount }, (_, each) => [
      index.exchanges.of(each),
      index.exchanges.journeyOf(each),
    ]),
    drawn: postings.drawn.ordinals(),
    ofNodes: names.map((_, at) => GROUPS.map((_, each) => postings.of(at, each).ordinals())),
    tally: index.tally,
    nodes: index.nodes,
    connections: index.connections,
    absences: index.absences,
    remarks: index.remarks,
  };
}

/** Flights by a walk over all events. */
function naiveFlights(events: readonly TraceEvent[]): Flight[] {
  return events
    .filter((event): event is PacketSent => event.k === 'packet.sent')
    .map((sent) => {
      const end = events.find(
        (event): event is PacketReceived | PacketLost =>
          (event.k === 'packet.received' || event.k === 'packet.lost') &&
          event.of === sent.i &&
          event.i > sent.i,
      );
      const ends = endsOfConnection(sent.conn);
      return { sent, end, from: sent.n, to: sent.n === ends.from ? ends.to : ends.from };
    });
}

describe('an index of a trace', () => {
  it('gives back every event that it was given, of every kind', () => {
    const { events } = everyKind;
    expect(new Set(events.map(({ k }) => k)).size).toBeGreaterThanOrEqual(Object.keys(FIELDS).length - 3);
    expectTheSame(readStory(contentOf(events)), events);
  });

  it('gives back any event, whatever it holds and refers to', () => {
    fc.assert(
      fc.property(traces, (events) => expectTheSame(readStory(contentOf(events)), events)),
      { seed: 5, numRuns: 200 },
    );
  });

  it('is the same of the lines of a file as of its events', () => {
    let taken = 0;
    const expectOfLines = (events: readonly TraceEvent[]): void => {
      const index = new TraceIndex(everyKind.recorder.header);
      const lines = new CommonLines();
      for (const event of events) {
        if (lines.read(new TextEncoder().encode(eventLine(event)), 0)) {
          taken++;
          index.take(lines);
        } else index.push(event);
      }
      expect(toldBy(index)).toEqual(toldBy(readStory(contentOf(events))));
    };
    for (const { events } of [plantFixture(), crowdFixture(20, 400), contentOf(everyKind.events)])
      expectOfLines(events);
    // What the line before left behind is not of the packet: an AUTH without a Reason Code authenticates for the first time.
    const place = { conn: 'a>b#1', c: 0, v: 5 } as const;
    const again = Uint8Array.of(0xf0, 6, 0x19, 4, 0x15, 0, 1, 0x6d);
    expectOfLines([
      { ...place, i: 1, t: 1, k: 'packet.sent', n: 'a', bytes: again },
      { i: 2, t: 2, c: 1, k: 'packet.received', n: 'b', conn: 'a>b#1', of: 1 },
      { ...place, i: 3, t: 3, k: 'packet.sent', n: 'b', bytes: Uint8Array.of(0xf0, 0) },
    ]);
    expect(taken).toBeGreaterThan(1_000);
    taken = 0;
    fc.assert(fc.property(traces, expectOfLines), { seed: 9, numRuns: 400 });
    expect(taken).toBeGreaterThan(200);
  });

  it('is what a reader fills, of all that is in a file', () => {
    const plant = plantFixture();
    let filled: TraceIndex | undefined;
    const reader = new TraceReader(
      fillingOf((index) => {
        filled = index;
      }),
    );
    const bytes = new TextEncoder().encode(plant.text);
    reader.push(bytes);
    expect(reader.end().problems).toEqual([]);
    expect(toldBy(filled!)).toEqual(toldBy(readStory(contentOf(readTrace(bytes).list))));
    expect(filled!.header).toEqual(plant.header);
  });

  it('has the flights that a walk over all events has, while it grows', () => {
    fc.assert(
      fc.property(traces, fc.nat(120), (events, pause) => {
        const index = new TraceIndex(everyKind.recorder.header);
        for (const [at, event] of events.entries()) {
          index.push(event);
          if (at !== pause && at !== events.length - 1) continue;
          const flights = naiveFlights(events.slice(0, at + 1));
          expect(Array.from({ length: index.flightCount }, (_, each) => index.flight(each))).toEqual(flights);
          for (const flight of flights) expect(index.flightOf(flight.sent.i)).toEqual(flight);
          const { packets, received, lost } = index.tally;
          expect({ packets, received, lost }).toEqual({
            packets: flights.length,
            received: flights.filter(({ end }) => end?.k === 'packet.received').length,
            lost: flights.filter(({ end }) => end?.k === 'packet.lost').length,
          });
        }
      }),
      { seed: 6, numRuns: 100 },
    );
  });

  it('says of every event in columns what the event says', () => {
    for (const { events } of [plantFixture(), crowdFixture(20, 400), contentOf(everyKind.events)]) {
      const index = readStory(contentOf(events));
      const columns = index.events;
      for (const [at, event] of events.entries()) {
        expect(columns.time[at]).toBe(event.t);
        expect(columns.cause[at]).toBe(event.c);
        expect(KINDS[columns.kind[at]!]).toBe(event.k);
        expect(columns.names[columns.node[at]!]).toBe(event.n);
        expect(index.connections[columns.conn[at]!]?.name).toBe('conn' in event ? event.conn : undefined);
        expect(columns.group[at] !== UNDRAWN).toBe(isDrawn(event));
        if (event.k === 'packet.received') expect(columns.group[at]).toBe(columns.group[event.of - 1]);
        if (event.k === 'packet.lost') expect(GROUPS[columns.group[at]!]).toBe('fault');
      }
    }
  });

  it.each(stories)('gives back every event of %s', async (story) => {
    const content = await record(story);
    expectTheSame(readStory(content), content.events);
  });

  it('knows when connections were dialled, stood and ended at their dialler, and who was away', () => {
    const plant = plantFixture();
    const index = readStory(plant);
    const first = (k: string, name: string, n: string) =>
      plant.events.find((event) => event.k === k && 'conn' in event && event.conn === name && event.n === n)
        ?.i ?? 0;
    expect(index.connections.length).toBeGreaterThan(5);
    for (const { name, from, to, dialled, established, ended } of index.connections) {
      expect({ from, to }).toEqual(endsOfConnection(name));
      expect(dialled).toBe(first('conn.dialled', name, from));
      expect(established).toBe(first('conn.established', name, from));
      expect(ended).toBe(first('conn.ended', name, from) || first('conn.ended', name, to));
    }
    const [absence] = index.absences;
    expect(absence).toMatchObject({
      node: 'hub',
      began: { k: 'node.crashed' },
      ended: { k: 'node.started' },
    });
    expect(index.faults[0]).toMatchObject({ began: { k: 'fault.began' }, ended: { k: 'fault.ended' } });
  });

  it('counts what its header says', () => {
    const events = plantFixture().events;
    const index = readStory(contentOf(events));
    const count = (wanted: (event: TraceEvent) => boolean) => events.filter(wanted).length;
    expect(index.tally).toEqual({
      packets: count(({ k }) => k === 'packet.sent'),
      received: count(({ k }) => k === 'packet.received'),
      lost: count(({ k }) => k === 'packet.lost'),
      delivered: count(({ k }) => k === 'app.delivered'),
      violations: count((event) => event.k === 'verdict' && event.outcome === 'broken'),
    });
    expect(index.tally.lost).toBeGreaterThan(0);
    expect(index.tally.violations).toBe(1);
    const broken = index.verdicts.find(({ outcome }) => outcome === 'broken')!;
    expect([...index.accused]).toEqual(broken.about);
  });

  it('says which packets touch a stretch of time', () => {
    const packet = fc.record({
      from: fc.nat(5),
      to: fc.nat(4),
      sentMicros: fc.nat(300),
      lagMicros: fc.nat(90),
      lost: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 60 }), fc.nat(400), fc.nat(60), (packets, from, length) => {
        const { events } = randomFixture(packets);
        const index = readStory(contentOf(events));
        const expected = naiveFlights(events).flatMap(({ sent, end }, at) =>
          sent.t <= from + length && (end ?? sent).t >= from ? [at] : [],
        );
        expect(index.flights.times.query(from, from + length, 1_000).found).toEqual(expected);
      }),
      { seed: 8, numRuns: 100 },
    );
  });

  it('keeps as many events and bytes as it may, says so, and stays whole', () => {
    const { events } = crowdFixture(5, 60);
    const limited = (index: TraceIndex) => {
      for (const event of events) index.push(event);
    };
    const few = new TraceIndex(everyKind.recorder.header, 100);
    expect(() => limited(few)).toThrow(new TraceError('limit', 'only the first 100 events are kept'));
    expectTheSame(few, events.slice(0, 100));
    const small = new TraceIndex(everyKind.recorder.header, 1_000, 2_000);
    expect(() => limited(small)).toThrow(/^packets and events take more than/);
    expect(small.eventCount).toBeGreaterThan(10);
    expectTheSame(small, events.slice(0, small.eventCount));
    expect(small.flightCount).toBe(naiveFlights(events.slice(0, small.eventCount)).length);
  });
});
