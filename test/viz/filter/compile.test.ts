import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Publish } from '../../../src/mqtt/codec/packet.ts';
import { matches } from '../../../src/mqtt/topic/matches.ts';
import { packetOf } from '../../../src/trace/describe.ts';
import type { TraceEvent } from '../../../src/trace/event.ts';
import { compile } from '../../../viz/filter/compile.ts';
import type { Filter } from '../../../viz/filter/filter.ts';
import { parseFilter } from '../../../viz/filter/parse.ts';
import { quoteValue } from '../../../viz/filter/print.ts';
import { explain, TermCounts } from '../../../viz/filter/term-counts.ts';
import type { Story } from '../../../viz/index/story.ts';
import { readStory } from '../../../viz/index/trace-index.ts';
import { filter as topicFilter, name as topicName } from '../../mqtt/topic/arbitrary.ts';
import { Draughtsman, plantFixture } from '../fixture.ts';
import { filters } from './trees.ts';

const plant = plantFixture();
const story = readStory(plant);

function selected(text: string, of: Story = story): TraceEvent[] {
  const { filter, error } = parseFilter(text);
  if (filter === undefined) throw new Error(error.message);
  return chosen(filter, of);
}

function chosen(filter: Filter, of: Story = story): TraceEvent[] {
  const fits = compile(filter, of);
  const found: TraceEvent[] = [];
  for (let ordinal = 1; ordinal <= of.eventCount; ordinal++)
    if (fits(ordinal)) found.push(of.event(ordinal)!);
  return found;
}

const kindsOf = (events: readonly TraceEvent[]): string[] => [...new Set(events.map(({ k }) => k))].sort();
const sentOf = (events: readonly TraceEvent[]) => events.filter((event) => event.k === 'packet.sent');
/** All packets of the plant with what a codec reads of them. */
const packets = plant.events.flatMap((event) =>
  event.k === 'packet.sent' ? [{ event, packet: packetOf(event)!, flight: story.flightOf(event.i)! }] : [],
);
const countOf = (fits: (each: (typeof packets)[number]) => boolean): number => packets.filter(fits).length;

describe('a filter over a trace', () => {
  it('selects everything when it is empty', () => {
    expect(selected('')).toHaveLength(plant.events.length);
  });

  it('selects packets by what a codec reads of them', () => {
    const cases: [string, (each: (typeof packets)[number]) => boolean][] = [
      ['type:PUBLISH', ({ packet }) => packet.type === 'publish'],
      ['type:PUB*', ({ packet }) => packet.type.startsWith('pub')],
      ['type!=PUBLISH', ({ packet }) => packet.type !== 'publish'],
      ['qos>=1', ({ packet }) => packet.type === 'publish' && packet.qos >= 1],
      ['qos!=2', ({ packet }) => packet.type === 'publish' && packet.qos !== 2],
      ['id:2', ({ packet }) => 'packetId' in packet && packet.packetId === 2],
      ['dup', ({ packet }) => packet.type === 'publish' && packet.dup],
      ['retain', ({ packet }) => packet.type === 'publish' && packet.retain],
      ['will', ({ packet }) => packet.type === 'connect' && packet.will !== undefined],
      ['session', ({ packet }) => packet.type === 'connack' && packet.sessionPresent],
      [
        'payload:21.5',
        ({ packet }) => packet.type === 'publish' && `${Buffer.from(packet.payload)}` === '21.5',
      ],
      [
        'payload~"1.7"',
        ({ packet }) => packet.type === 'publish' && `${Buffer.from(packet.payload)}` === '21.7',
      ],
      ['size>20', ({ event }) => event.bytes.length > 20],
      ['lost', ({ flight }) => flight.end?.k === 'packet.lost'],
      [
        'took>20ms',
        ({ event, flight }) => flight.end?.k === 'packet.received' && flight.end.t - event.t > 20_000,
      ],
      ['from:sensor', ({ flight }) => flight.from === 'sensor'],
      ['to:hub', ({ flight }) => flight.to === 'hub'],
      ['node:meter', ({ flight }) => flight.from === 'meter' || flight.to === 'meter'],
      ['conn:sensor>hub#2', ({ event }) => event.conn === 'sensor>hub#2'],
      ['conn:*#2', ({ event }) => event.conn.endsWith('#2')],
      ['client:screen', ({ event }) => event.conn.startsWith('screen')],
      ['t in 300ms..400ms', ({ event }) => event.t >= 300_000 && event.t <= 400_000],
      ['v:3.1.1', () => true],
      ['v:5', () => false],
    ];
    for (const [text, fits] of cases) {
      const found = sentOf(selected(text));
      expect(found.length, text).toBe(countOf(fits));
      if (!/v:5/.test(text)) expect(found.length, text).toBeGreaterThan(0);
    }
  });

  it('selects the arrival and the loss of what it selects, where the words are about the packet', () => {
    for (const text of [
      'type:PUBLISH',
      'qos:2',
      'topic:plant/#',
      'lost',
      'dup',
      'from:sensor PUBREL',
      'took>1ms',
    ]) {
      const found = new Set(selected(text).map(({ i }) => i));
      for (const { flight } of packets) {
        if (flight.end === undefined) continue;
        expect(found.has(flight.end.i), `${text} of ${flight.sent.i}`).toBe(found.has(flight.sent.i));
      }
    }
  });

  it('selects what is no packet by its own words', () => {
    expect(kindsOf(selected('kind:app'))).toEqual(['app.call', 'app.delivered', 'app.settled']);
    expect(kindsOf(selected('kind:app.call op:publish'))).toEqual(['app.call']);
    expect(kindsOf(selected('fault'))).toEqual(['fault.began', 'fault.ended']);
    expect(kindsOf(selected('fault:partition'))).toEqual(['fault.began', 'fault.ended']);
    expect(selected('fault:partition,crash')).toEqual(selected('fault'));
    expect(selected('fault:partition').length).toBeLessThan(selected('fault').length);
    expect(selected('node:sensor fault')).toHaveLength(2);
    expect(kindsOf(selected('rule:*'))).toEqual(['obituary', 'verdict']);
    expect(kindsOf(selected('broken'))).toContain('verdict');
    const accused = selected('broken type:PUBLISH');
    expect(accused.some(({ i }) => story.accused.has(i))).toBe(true);
    expect(selected('reason:partition').map(({ k }) => k)).toEqual(['packet.sent', 'packet.lost']);
    expect(kindsOf(selected('reason:timed-out kind:conn'))).toEqual(['conn.ended']);
    expect(kindsOf(selected('"uplink of the SENSOR"'))).toEqual(['note']);
    expect(selected('event:3').map(({ i }) => i)).toEqual([3]);
    expect(kindsOf(selected('topic:plant/+/temperature kind:app'))).toEqual(['app.call', 'app.delivered']);
  });

  it('selects subscriptions by their filters, without a share', () => {
    expect(kindsOf(selected('type:SUBSCRIBE topic:plant/#'))).toEqual(['packet.received', 'packet.sent']);
    const shared = conversation([
      { type: 'subscribe', packetId: 1, subscriptions: [{ filter: '$share/g/a/b', qos: 1 }] },
    ]);
    expect(sentOf(selected('topic:a/+', shared))).toHaveLength(1);
    expect(sentOf(selected('topic:$share/other/a/+', shared))).toHaveLength(1);
  });

  it('says `!=` only of what has the field', () => {
    expect(kindsOf(selected('qos!=0'))).toEqual([
      'app.call',
      'app.delivered',
      'packet.lost',
      'packet.received',
      'packet.sent',
    ]);
    expect(selected('qos!=0').length + selected('qos=0').length).toBe(selected('qos').length);
    expect(selected('qos').length).toBeLessThan(plant.events.length);
  });

  it('selects by Reason Codes, by number, by range and by name', () => {
    const refused = conversation([
      { type: 'connack', sessionPresent: false, reasonCode: 0x87 },
      { type: 'puback', packetId: 1, reasonCode: 0x97 },
      { type: 'puback', packetId: 2, reasonCode: 0 },
      { type: 'suback', packetId: 3, reasonCodes: [1, 0x80] },
    ]);
    const count = (text: string): number => sentOf(selected(text, refused)).length;
    expect(count('reason:0x87')).toBe(1);
    expect(count('reason:135')).toBe(1);
    expect(count('reason>=0x80')).toBe(3);
    expect(count('reason in 0x80..0x90')).toBe(2);
    expect(count('reason:"not authorized"')).toBe(1);
    expect(count('reason:quota')).toBe(1);
    expect(count('reason')).toBe(4);
    expect(count('reason!=0')).toBe(3);
  });

  it('knows the topic that an alias stands for, each way and on each connection', () => {
    const say = (topic: string, topicAlias: number): Publish => ({
      type: 'publish',
      topic,
      payload: new Uint8Array(),
      qos: 0,
      retain: false,
      dup: false,
      properties: { topicAlias },
    });
    const aliased = conversation([
      say('a/b', 1),
      say('c/d', 2),
      say('', 1),
      say('', 2),
      say('e', 1),
      say('', 1),
      say('', 9),
    ]);
    expect(sentOf(selected('topic:a/+', aliased)).map(({ t }) => t)).toEqual([0, 2_000]);
    expect(sentOf(selected('topic:e', aliased)).map(({ t }) => t)).toEqual([4_000, 5_000]);
    expect(sentOf(selected('topic', aliased))).toHaveLength(6);
  });

  it('selects with topic: what the matcher of the machines selects', () => {
    fc.assert(
      fc.property(topicFilter, fc.array(topicName, { minLength: 1, maxLength: 8 }), (wanted, names) => {
        const said = conversation(
          names.map((topic) => ({
            type: 'publish',
            topic,
            payload: new Uint8Array(),
            qos: 0,
            retain: false,
            dup: false,
          })),
        );
        const expected = names.flatMap((topic, at) => (matches(wanted, topic) ? [at] : []));
        const found = sentOf(selected(`topic:${quoteValue(wanted)}`, said)).map(({ t }) => t / 1_000);
        expect(found).toEqual(expected);
      }),
      { seed: 13, numRuns: 500 },
    );
  });

  it('obeys De Morgan, and takes double negation for nothing', () => {
    const place = { start: 0, length: 0 };
    const not = (part: Filter): Filter => ({ kind: 'not', part, place });
    const both = (kind: 'and' | 'or', ...parts: Filter[]): Filter => ({ kind, parts, place });
    fc.assert(
      fc.property(filters, filters, (one, other) => {
        expect(chosen(not(both('and', one, other)))).toEqual(chosen(both('or', not(one), not(other))));
        expect(chosen(not(both('or', one, other)))).toEqual(chosen(both('and', not(one), not(other))));
        expect(chosen(not(not(one)))).toEqual(chosen(one));
        expect(chosen(one).length + chosen(not(one)).length).toBe(plant.events.length);
      }),
      { seed: 14, numRuns: 150 },
    );
  });

  it('is false for what the trace does not have', () => {
    const fits = compile(parseFilter('').filter!, story);
    expect([0, -1, plant.events.length + 1, Number.NaN].map(fits)).toEqual([false, false, false, false]);
  });
});

describe('the counts of terms', () => {
  it('say how many there are without each of them', () => {
    const { filter } = parseFilter('type:PUBACK qos>=1 lost');
    const { matched, terms } = explain(filter!, story);
    expect(matched).toBe(0);
    expect(terms.map(({ text }) => text)).toEqual(['type:PUBACK', 'qos>=1', 'lost']);
    expect(terms.map(({ without }) => without)).toEqual([
      selected('qos>=1 lost').length,
      selected('type:PUBACK lost').length,
      selected('type:PUBACK qos>=1').length,
    ]);
    expect(terms[0]!.without).toBeGreaterThan(0);
  });

  it('are the same in slices, and of any filter those of a filter with one term less', () => {
    fc.assert(
      fc.property(fc.array(filters, { minLength: 1, maxLength: 3 }), fc.nat(200), (parts, cut) => {
        const place = { start: 0, length: 0 };
        const filter: Filter = {
          kind: 'and',
          parts: parts.map((part, start) => ({ ...part, place: { start, length: 0 } })),
          place,
        };
        const counts = new TermCounts(filter, story);
        counts.count(1, cut);
        counts.count(cut + 1, story.eventCount);
        expect({ matched: counts.matched, terms: counts.terms }).toEqual(explain(filter, story));
        expect(counts.matched).toBe(chosen(filter).length);
        for (const [at, { without }] of counts.terms.entries()) {
          expect(without).toBe(
            chosen({ kind: 'and', parts: parts.filter((_, each) => each !== at), place }).length,
          );
        }
      }),
      { seed: 15, numRuns: 60 },
    );
  });
});

/** Packets of 5.0 from one end to the other, a millisecond apart. */
function conversation(said: readonly Parameters<Draughtsman['send']>[3][]): Story {
  const d = new Draughtsman();
  for (const [at, packet] of said.entries()) d.send(at * 1_000, 'a', 'a>b#1', packet, undefined, 5);
  return readStory(d.finish('conversation', '1', 'passed'));
}
