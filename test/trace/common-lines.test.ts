import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Checksum } from '../../src/trace/checksum.ts';
import { CommonLines } from '../../src/trace/common-lines.ts';
import { Digest } from '../../src/trace/digest.ts';
import type { TraceEvent } from '../../src/trace/event.ts';
import { hashText } from '../../src/trace/hash.ts';
import { eventLine } from '../../src/trace/jsonl.ts';
import { digestLine } from '../../src/trace/line-digest.ts';
import { eventOf } from '../../src/trace/validate.ts';
import { bytesOf } from './stage.ts';

const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('hub', 'client-17', 'client-17>hub#3', '') },
  { weight: 1, arbitrary: fc.constantFrom('a "quoted" one', 'back\\slash', 'naïve', '\u007f\t') },
  { weight: 1, arbitrary: fc.string({ maxLength: 300 }) },
);
const natural = fc.oneof(fc.nat(12), fc.nat(12), fc.nat(), fc.nat(), fc.nat(), fc.nat(), fc.maxSafeNat());
const qos = fc.constantFrom(0, 1, 2);
const message = fc.record(
  { topic: name, payload: fc.uint8Array({ maxLength: 90 }), qos, retain: fc.boolean(), contentType: name },
  { requiredKeys: ['topic', 'payload', 'qos', 'retain'] },
);
const own = fc.oneof(
  fc.record({
    k: fc.constant('packet.sent'),
    conn: name,
    v: fc.constantFrom(0, 3, 4, 5),
    bytes: fc.uint8Array({ maxLength: 200 }),
  }),
  fc.record({ k: fc.constant('packet.received'), conn: name, of: natural.map((of) => Math.max(1, of)) }),
  fc.record({ k: fc.constant('app.delivered'), message, dup: fc.boolean() }),
  fc.record({
    k: fc.constant('app.settled'),
    call: natural,
    outcome: fc.constantFrom('ok', 'failed'),
    text: name,
  }),
  fc.record({ k: fc.constant('app.call'), call: natural, op: fc.constant('publish'), message }),
  fc.record({ k: fc.constant('app.call'), call: natural, op: fc.constant('disconnect') }),
  fc.record({ k: fc.constant('note'), text: name }),
);
const events = fc
  .tuple(
    own,
    natural.map((i) => Math.max(1, i)),
    natural,
    natural,
    name,
  )
  .map(([fields, i, t, c, n]) => ({ i, t, c, n, ...fields }) as unknown as TraceEvent);

/** What JSON.parse and the table of fields make of a line; undefined for what they refuse. */
function readSlowly(line: string): TraceEvent | undefined {
  try {
    const value = JSON.parse(line) as Record<string, unknown> & TraceEvent;
    return eventOf(value, value.i, value.t, value.c, value.k, value.n, 1);
  } catch {
    return undefined;
  }
}

describe('lines of the common kinds', () => {
  it('are read as JSON.parse and the table of fields read them, whenever they are read', () => {
    const common = new CommonLines();
    let read = 0;
    fc.assert(
      fc.property(events, fc.constantFrom('', '\n', '\nmore'), (event, rest) => {
        const line = eventLine(event);
        if (!common.read(bytesOf(line + rest), 0)) return;
        read++;
        const found = common.event();
        expect(found).toEqual(readSlowly(line));
        expect(common.end).toBe(line.length);
        expect(common.node.hash).toBe(hashText(found.n));
        if ('conn' in found) expect(common.conn.hash).toBe(hashText(found.conn));
        if (found.k === 'packet.received') return;
        const byLine = new Digest();
        digestLine(byLine, common, 0);
        const byEvent = new Digest();
        byEvent.event(found);
        expect(byLine.hex()).toBe(byEvent.hex());
      }),
      { seed: 1, numRuns: 2_000 },
    );
    expect(read).toBeGreaterThan(400);
  });

  it('are all read when their texts are plain and their numbers safe', () => {
    const small = fc.maxSafeNat().map((each) => each % 10 ** 14);
    const plain = fc.string({ unit: fc.constantFrom(...'abz/#>+-_ 019~'), maxLength: 40 });
    fc.assert(
      fc.property(events, small, plain, (event, number, text) => {
        const { k } = event;
        if (k === 'note' || (k === 'app.call' && event.op !== 'publish')) return;
        const easy = { ...event, i: number + 1, t: number, c: number, n: text } as TraceEvent & {
          message?: unknown;
        };
        if ('conn' in easy) easy.conn = text;
        if ('of' in easy) easy.of = number + 1;
        if ('call' in easy) easy.call = number;
        if (easy.k === 'app.settled') easy.text = text;
        if ('message' in easy) {
          easy.message = { topic: text, payload: bytesOf(text), qos: 1, retain: false };
        }
        const common = new CommonLines();
        expect(common.read(bytesOf(eventLine(easy)), 0)).toBe(true);
        expect(common.event()).toEqual(easy);
      }),
      { seed: 2, numRuns: 1_000 },
    );
  });

  it('are left to the table when one of their bytes is not what a writer would write', () => {
    const common = new CommonLines();
    let both = 0;
    fc.assert(
      fc.property(
        events,
        fc.nat(),
        fc.constantFrom(...' "\\,:{}[]0159-+.eE_xé\n\u0000'),
        (event, place, char) => {
          const line = eventLine(event);
          const at = place % line.length;
          for (const changed of [
            line.slice(0, at) + char + line.slice(at + 1),
            line.slice(0, at) + char + line.slice(at),
            line.slice(0, at) + line.slice(at + 1),
            line.slice(0, at),
          ]) {
            if (!common.read(bytesOf(changed), 0)) continue;
            both++;
            expect(common.event()).toEqual(readSlowly(changed.slice(0, common.end)));
          }
        },
      ),
      { seed: 3, numRuns: 5_000 },
    );
    expect(both).toBeGreaterThan(100);
  });

  it('have one checksum, as text and as bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 60 }), fc.nat(5), (line, before) => {
        const ofText = new Checksum();
        const ofBytes = new Checksum();
        ofText.line(line);
        const bytes = bytesOf('x'.repeat(before) + line);
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        ofBytes.lineOf(bytes, view, before, before + line.length);
        expect(ofBytes.hex()).toBe(ofText.hex());
      }),
      { seed: 4 },
    );
  });
});
