import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Journal } from '../../../src/mqtt/session/journal.ts';
import type { Message } from '../../../src/mqtt/session/message.ts';
import {
  RecordError,
  RecordReader,
  RecordWriter,
  readMessage,
  writeMessage,
} from '../../../src/mqtt/session/record.ts';
import {
  MessageRecords,
  RecoveredHalves,
  SessionRecords,
} from '../../../src/mqtt/session/session-records.ts';

const format = { write: writeMessage, read: readMessage };
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Leaves out what is undefined, as messages do. */
function present<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

const text = fc.string({ unit: 'grapheme' });
const properties = fc
  .record({
    payloadFormatIndicator: optional(fc.constantFrom(0 as const, 1 as const)),
    messageExpiryInterval: optional(fc.integer({ min: 0, max: 0xffffffff })),
    contentType: optional(text),
    responseTopic: optional(text),
    correlationData: optional(fc.uint8Array()),
    userProperties: optional(fc.array(fc.tuple(text, text))),
  })
  .map(present);
const message: fc.Arbitrary<Message> = fc
  .record({
    topic: text,
    payload: fc.uint8Array({ maxLength: 400 }),
    qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
    retain: fc.boolean(),
    properties: optional(properties),
  })
  .map((value) => present(value) as Message);

describe('a record', () => {
  it('gives a message back as it was, and the same bytes every time', () => {
    fc.assert(
      fc.property(message, (original) => {
        const first = new MessageRecords(format).encode(original);
        expect(new MessageRecords(format).decode('out/1', first)).toEqual(original);
        expect(new MessageRecords(format).encode({ ...original })).toEqual(first);
      }),
      { seed: 10 },
    );
  });

  it('refuses every value that was cut short, prolonged or altered', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (original, place, change) => {
        const records = new MessageRecords(format);
        const bytes = records.encode(original);
        const torn = bytes.slice(0, place % bytes.length);
        expect(() => records.decode('out/1', torn)).toThrow(RecordError);
        const altered = bytes.slice();
        altered[place % bytes.length]! ^= change;
        expect(() => records.decode('out/1', altered)).toThrow(RecordError);
        expect(() => records.decode('out/1', new Uint8Array([...bytes, change]))).toThrow(RecordError);
      }),
      { seed: 11 },
    );
  });

  it('names its key, and says what is wrong and what that means', () => {
    expect(() => new RecordReader('session/in/3', new Uint8Array(2), 'I')).toThrow(
      "durable value 'session/in/3' is torn: 2 bytes: this store cannot be recovered, start with an empty one",
    );
  });

  it('is read only as what it was written as', () => {
    const bytes = new RecordWriter().begin('I').u16(7).finish();
    expect(() => new RecordReader('k', bytes, 'M')).toThrow("is of kind 'I', not 'M'");
  });

  it('refuses fields that were not written, and those that were not read', () => {
    const bytes = new RecordWriter().begin('X').u8(2).finish();
    expect(() => new RecordReader('k', bytes, 'X').boolean()).toThrow('has 2 where 0 or 1 belongs');
    expect(() => new RecordReader('k', bytes, 'X').u32()).toThrow('ends before its last field');
    expect(() => new RecordReader('k', bytes, 'X').blob()).toThrow('ends before its last field');
    expect(() => new RecordReader('k', bytes, 'X').done()).toThrow('has 1 bytes too many');
    const three = new RecordWriter().begin('X').u8(3).finish();
    expect(() => new RecordReader('k', three, 'X').qos()).toThrow('has QoS 3');
  });

  it('keeps whole numbers up to 2^53 and Infinity', () => {
    for (const number of [0, 1, 0xffffffff, 0x100000000, Number.MAX_SAFE_INTEGER, Infinity]) {
      const bytes = new RecordWriter().begin('X').whole(number).finish();
      expect(new RecordReader('k', bytes, 'X').whole()).toBe(number);
    }
    expect(() => new RecordWriter().begin('X').whole(-1)).toThrow(RangeError);
    expect(() => new RecordWriter().begin('X').whole(0.5)).toThrow(RangeError);
  });
});

describe('MessageRecords', () => {
  it('writes a message that fans out once', () => {
    const records = new MessageRecords(format);
    const shared: Message = { topic: 'a', payload: new Uint8Array([1]), qos: 1, retain: false };
    expect(records.encode(shared)).toBe(records.encode(shared));
    const other = { ...shared, topic: 'b' };
    expect(records.decode('k', records.encode(other)).topic).toBe('b');
  });
});

describe('RecoveredHalves', () => {
  const one: Message = { topic: 'one', payload: new Uint8Array(), qos: 2, retain: false };

  function recovered(write: (records: SessionRecords<Message>) => void, reverse = false) {
    const messages = new MessageRecords<Message>(format);
    const values: [string, Uint8Array][] = [];
    const journal = new Journal('sync', (batch) => {
      for (const [key, value] of batch) if (value !== null) values.push([key, value]);
    });
    write(new SessionRecords(journal, 's/', messages));
    journal.commit();
    const halves = new RecoveredHalves<Message>('s/', messages);
    if (reverse) values.reverse();
    for (const [key, value] of values) expect(halves.take(key, value)).toBe(true);
    return halves;
  }

  it('gives messages and releases in the order of their serials, whatever order the snapshot has', () => {
    for (const reverse of [false, true]) {
      const halves = recovered((records) => {
        for (const serial of [2, 10, 9]) records.putMessage(serial, { ...one, topic: `${serial}` });
        records.putIdentifier(9, 5);
        records.putIdentifier(2, 8);
        records.putRelease(11, 2);
        records.putRelease(3, 7);
        records.putReceived(300);
        records.putReceived(4);
      }, reverse);
      const { messages, releases } = halves.outgoing();
      expect(messages.map(({ message: { topic }, packetId }) => [topic, packetId])).toEqual([
        ['2', 8],
        ['9', 5],
        ['10', 0],
      ]);
      expect(releases.map(({ packetId }) => packetId)).toEqual([7, 2]);
      expect(halves.incoming()).toEqual([4, 300]);
    }
  });

  it('refuses an identifier without a message, and one that two records hold', () => {
    expect(() => recovered((records) => records.putIdentifier(4, 1)).outgoing()).toThrow(
      "durable value 's/id/4' belongs to no message",
    );
    const twice = recovered((records) => {
      records.putMessage(1, one);
      records.putIdentifier(1, 6);
      records.putRelease(2, 6);
    });
    expect(() => twice.outgoing()).toThrow("durable value 's/rel/2' has identifier 6, as another record");
  });

  it('leaves keys that are none of its own, and refuses numbers that are none', () => {
    const halves = new RecoveredHalves<Message>('s/', new MessageRecords(format));
    expect(halves.take('s/subscription/a', new Uint8Array())).toBe(false);
    expect(halves.take('s/', new Uint8Array())).toBe(false);
    expect(() => halves.take('s/in/07', new Uint8Array())).toThrow('is not numbered');
    const seven = new RecordWriter().begin('I').u16(7).finish();
    expect(() => halves.take('s/in/8', seven)).toThrow("'s/in/8' is about identifier 7");
  });
});
