import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TraceError } from '../../src/trace/errors.ts';
import { TRACE_VERSION, type TraceEvent } from '../../src/trace/event.ts';
import { LINE_LIMIT, TraceWriter } from '../../src/trace/jsonl.ts';
import { readTrace, TraceReader } from '../../src/trace/reader.ts';
import { conversation } from './conversation.ts';
import { fileOf, textOf } from './file.ts';
import { bytesOf } from './stage.ts';

const stage = conversation();
const text = textOf(stage);
const lines = text.trimEnd().split('\n');

function refusal(bytes: Uint8Array | string): TraceError {
  try {
    readTrace(typeof bytes === 'string' ? bytesOf(bytes) : bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(TraceError);
    return error as TraceError;
  }
  throw new Error('this was read as a trace');
}

/** The file with line `line` (from 1) changed. */
function changed(line: number, change: (value: Record<string, unknown>) => void): string {
  const value = JSON.parse(lines[line - 1]!) as Record<string, unknown>;
  change(value);
  return `${[...lines.slice(0, line - 1), JSON.stringify(value), ...lines.slice(line)].join('\n')}\n`;
}

/** Line of the first event of a kind. */
function lineOf(kind: TraceEvent['k']): number {
  return lines.findIndex((line) => line.includes(`"k":"${kind}"`)) + 1;
}

describe('a trace file', () => {
  it('gives back the events that were written, every kind of them, without a problem', () => {
    const trace = readTrace(fileOf(stage));
    expect(trace.list).toEqual(stage.events);
    expect(trace.header).toEqual(stage.recorder.header);
    expect(trace.problems).toEqual([]);
    expect(trace.footer).toMatchObject({ events: stage.events.length, digest: stage.recorder.digest() });
    expect(trace.digest).toBe(stage.recorder.digest());
  });

  it('keeps Infinity, user properties with repeated names, and every character of a string', () => {
    const trace = readTrace(fileOf(conversation('full', undefined, '\u0000"\\\u2028\ud83d\ude00')));
    expect(trace.problems).toEqual([]);
    const fault = trace.list.find(({ k }) => k === 'fault.began');
    expect(fault).toMatchObject({ detail: { until: Number.POSITIVE_INFINITY } });
    expect(trace.list[0]).toMatchObject({
      promises: { queueLimit: Number.POSITIVE_INFINITY, sessionExpiry: Number.POSITIVE_INFINITY },
    });
  });

  it('refuses to write NaN, which a reader would take for Infinity', () => {
    const writer = new TraceWriter(stage.recorder.header, () => {});
    expect(() =>
      writer.event({
        i: 1,
        t: 0,
        c: 0,
        k: 'fault.began',
        n: '',
        fault: 'f',
        family: 'x',
        target: 'a',
        detail: { rate: Number.NaN },
      }),
    ).toThrow(TraceError);
  });

  it('refuses to write a line that no reader would take', () => {
    const writer = new TraceWriter(stage.recorder.header, () => {});
    const text = 'x'.repeat(LINE_LIMIT);
    expect(() => writer.event({ i: 1, t: 0, c: 0, k: 'note', n: '', text })).toThrow(
      /more than the 67108864 of a line/,
    );
  });

  it('is read the same however it is cut', () => {
    const bytes = fileOf(stage);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }), (sizes) => {
        const events: TraceEvent[] = [];
        const reader = new TraceReader({ event: (event) => events.push(event) });
        const buffer = new Uint8Array(3000);
        for (let at = 0, k = 0; at < bytes.length; k++) {
          const size = sizes[k % sizes.length]!;
          // One buffer for every piece: the reader must not keep what it was handed.
          const piece = bytes.subarray(at, at + size);
          buffer.set(piece);
          reader.push(buffer.subarray(0, piece.length));
          at += size;
        }
        const { problems } = reader.end();
        expect(problems).toEqual([]);
        expect(events).toEqual(stage.events);
      }),
      { seed: 3, numRuns: 30 },
    );
  });
});

describe('what is not a trace', () => {
  it.each([
    ['an empty file', '', /the file is empty/],
    ['words', 'hello world, this is a text', /begins with 68 65 6c 6c 6f 20 77 6f 72 6c 64 2c 20 74 68 69/],
    ['an HTML page', '\n<!doctype html><html>', /an HTML or XML page, not a trace/],
    ['other JSON', '{"format":"pcap"}\n', /"format" should be "amber-trace"/],
    ['JSON that is cut', '{"format":"amber-tr', /it begins with 7b 22 66 6f 72 6d 61 74/],
    ['a list', '[1]\n', /begins with 5b 31 5d/],
  ])('%s is refused', (_name, content, message) => {
    const error = refusal(content);
    expect(error.code).toBe('not-a-trace');
    expect(error.message).toMatch(message);
  });

  it('a compressed trace is refused with what to do', () => {
    const error = refusal(gzipSync(fileOf(stage)));
    expect(error.code).toBe('not-a-trace');
    expect(error.message).toContain('gzip');
  });

  it('is refused at its first bytes, in whatever pieces they come', () => {
    const reader = new TraceReader();
    reader.push(bytesOf(' '));
    expect(() => reader.push(bytesOf('<html>'))).toThrow(/HTML/);
  });

  it('a newer version is refused with both versions and the package that wrote it', () => {
    const error = refusal(
      changed(1, (header) => {
        header.version = TRACE_VERSION + 1;
        header.amber = '9.9.9';
      }),
    );
    expect(error.code).toBe('newer-version');
    expect(error.message).toContain(`version ${TRACE_VERSION + 1}`);
    expect(error.message).toContain('9.9.9');
  });

  it('random bytes, and traces with random damage, throw nothing but a TraceError', () => {
    const whole = fileOf(stage);
    const read = (bytes: Uint8Array): void => {
      try {
        readTrace(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(TraceError);
      }
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, behind) => {
        const all = new Uint8Array([...(behind ? bytesOf(`${lines[0]}\n`) : []), ...bytes]);
        read(all);
      }),
      { seed: 4, numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), fc.nat(40), (at, byte, cut) => {
        const damaged = whole.slice();
        damaged[at] = byte;
        read(damaged);
        read(new Uint8Array([...damaged.subarray(0, at), ...damaged.subarray(at + cut)]));
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it('any JSON value in place of any field is refused or read, and throws nothing but a TraceError', () => {
    fc.assert(
      fc.property(
        fc.nat(lines.length - 1),
        fc.nat(20),
        fc.jsonValue({ maxDepth: 2 }),
        (line, field, value) => {
          const broken = changed(line + 1, (object) => {
            const names = Object.keys(object);
            object[names[field % names.length]!] = value;
          });
          try {
            readTrace(bytesOf(broken));
          } catch (error) {
            expect(error).toBeInstanceOf(TraceError);
          }
        },
      ),
      { seed: 6, numRuns: 1000 },
    );
  });
});

describe('a bad line', () => {
  it.each<[string, TraceEvent['k'], (value: Record<string, unknown>) => void, RegExp]>([
    [
      'an ordinal that skips',
      'note',
      (e) => (e.i = 999),
      /field "i": expected \d+, the next ordinal, found 999/,
    ],
    ['a time that runs back', 'note', (e) => (e.t = 1), /field "t": expected \d+ or later.*found 1/],
    [
      'a time that is no whole number',
      'note',
      (e) => (e.t = 1.5),
      /field "t": expected a time in whole microsec/,
    ],
    [
      'a cause that comes later',
      'note',
      (e) => (e.c = 9999),
      /field "c": expected an ordinal below \d+.*found 9999/,
    ],
    ['a cause that is itself', 'note', (e) => (e.c = e.i), /a cause comes before what it causes/],
    [
      'an unknown kind',
      'note',
      (e) => (e.k = 'packet.eaten'),
      /field "k": expected a kind of event, found "packet.e/,
    ],
    ['a kind named like a method', 'note', (e) => (e.k = 'constructor'), /field "k": expected a kind/],
    [
      'a field that is missing',
      'node.started',
      (e) => (e.life = undefined),
      /"life": expected a whole number.*nothing/,
    ],
    [
      'a choice that is none',
      'node.added',
      (e) => (e.role = 'king'),
      /expected one of broker, client, peer, host/,
    ],
    ['bytes that are none', 'packet.sent', (e) => (e.bytes = '***'), /"bytes": expected bytes in base64url/],
    ['an unknown operation', 'app.call', (e) => (e.op = 'dance'), /"op": expected one of connect, publish/],
    [
      'a message without topic',
      'app.delivered',
      (e) => (e.message = {}),
      /"message.topic": expected a string/,
    ],
    [
      'a delta of two',
      'state',
      (e) => (e.d = [['a', 1]]),
      /"d\[0\]": expected a key with its old and its new/,
    ],
    [
      'a promise of the wrong type',
      'node.added',
      (e) => (e.promises = { durability: 'eternal' }),
      /one of none, inter/,
    ],
    [
      'a reception of nothing',
      'packet.received',
      (e) => (e.of = 1),
      /"of": expected the ordinal of a packet still under/,
    ],
    [
      'a reception on another connection',
      'packet.received',
      (e) => (e.conn = 'x>y#1'),
      /under way on connection x>y#1/,
    ],
    ['a verdict about the future', 'verdict', (e) => (e.about = [9999]), /"about": expected ordinals below/],
    [
      'an obituary of the future',
      'obituary',
      (e) => (e.verdicts = [9999]),
      /"verdicts": expected ordinals below/,
    ],
    [
      'a step in the future',
      'obituary',
      (e) => (e.steps = [[9999, 'seen', '']]),
      /"steps": expected ordinals below/,
    ],
    [
      'a step of a third kind',
      'obituary',
      (e) => (e.steps = [[1, 'guessed', '']]),
      /"steps\[0\]": expected the ordinal of an event, 'seen' or 'told', and a string/,
    ],
  ])('names the line and the field: %s', (_name, kind, change, message) => {
    const error = refusal(changed(lineOf(kind), change));
    expect(error.code).toBe('bad-line');
    expect(error.line).toBe(lineOf(kind));
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`line ${lineOf(kind)}`);
  });

  it('is refused when a packet is received twice, or by who sent it', () => {
    const at = lineOf('packet.received');
    const again = JSON.parse(lines[at - 1]!) as Record<string, unknown>;
    again.i = (again.i as number) + 1;
    const twice = refusal(`${[...lines.slice(0, at), JSON.stringify(again)].join('\n')}\n`);
    expect(twice.message).toMatch(/still under way/);
    const own = refusal(
      changed(at, (event) => {
        const sent = JSON.parse(lines[lineOf('packet.sent') - 1]!) as { n: string };
        event.n = sent.n;
      }),
    );
    expect(own.message).toMatch(/expected the other end of connection/);
  });

  it('is JSON that is none, with what is there', () => {
    const error = refusal([...lines.slice(0, 5), '{"i":5,"t"', ...lines.slice(6)].join('\n'));
    expect(error).toMatchObject({ code: 'bad-line', line: 6 });
    expect(error.message).toContain('expected JSON');
  });

  it('is a line that is not UTF-8, while the events before it were handed out', () => {
    const events: TraceEvent[] = [];
    const reader = new TraceReader({ event: (event) => events.push(event) });
    const head = bytesOf(`${lines.slice(0, 5).join('\n')}\n`);
    expect(() => reader.push(new Uint8Array([...head, 0xff, 0x0a]))).toThrow(/line 6: expected UTF-8/);
    expect(events).toHaveLength(4);
  });

  it('is anything after the footer', () => {
    expect(refusal(`${text}{}\n`)).toMatchObject({ code: 'bad-line', line: lines.length + 1 });
  });
});

describe('a trace with a problem that leaves it readable', () => {
  it('is truncated after a whole line', () => {
    const trace = readTrace(bytesOf(`${lines.slice(0, 11).join('\n')}\n`));
    expect(trace.list).toEqual(stage.events.slice(0, 10));
    expect(trace.footer).toBeUndefined();
    expect(trace.problems).toHaveLength(1);
    expect(trace.problems[0]).toMatchObject({ code: 'truncated', line: 11 });
    expect(trace.problems[0]!.message).toContain('it was cut off after 10 events');
  });

  it('is truncated in the middle of a line', () => {
    const trace = readTrace(bytesOf(`${lines.slice(0, 11).join('\n')}\n${lines[11]!.slice(0, 20)}`));
    expect(trace.list).toEqual(stage.events.slice(0, 10));
    expect(trace.problems[0]).toMatchObject({ code: 'truncated', line: 12 });
    expect(trace.problems[0]!.message).toContain('in the middle of line 12');
  });

  it('only lacks its last line end, which is no problem', () => {
    const trace = readTrace(bytesOf(text.trimEnd()));
    expect(trace.problems).toEqual([]);
    expect(trace.list).toEqual(stage.events);
  });

  it('was changed after it was written: checksum', () => {
    const at = lineOf('note');
    const trace = readTrace(bytesOf(changed(at, (event) => (event.text = 'something else'))));
    expect(trace.problems.map(({ code }) => code)).toEqual(['checksum']);
    expect(trace.list).toHaveLength(stage.events.length);
  });

  it('has the events of another run: checksum and digest', () => {
    const at = lineOf('app.delivered');
    const trace = readTrace(bytesOf(changed(at, (event) => (event.dup = true))));
    expect(trace.problems.map(({ code }) => code)).toEqual(['checksum', 'digest']);
  });

  it('has a footer that counts other events', () => {
    const trace = readTrace(bytesOf(changed(lines.length, (footer) => (footer.events = 3))));
    expect(trace.problems.map(({ code }) => code)).toEqual(['checksum']);
    expect(trace.problems[0]!.message).toContain('counts 3 events');
  });
});
