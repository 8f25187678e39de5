import { describe, expect, it } from 'vitest';
import { TraceError } from '../../src/trace/errors.ts';
import type {
  AppSettled,
  PacketReceived,
  PacketSent,
  TraceEvent,
  TraceMessage,
} from '../../src/trace/event.ts';
import { type Actor, EventLog, Recorder, type Watcher, type Way } from '../../src/trace/recorder.ts';
import { conversation } from './conversation.ts';
import { bytesOf, DESCRIPTION } from './stage.ts';

const header = DESCRIPTION;
const DELIVERED: TraceMessage = { topic: 't', payload: new Uint8Array(1), qos: 0, retain: false };

describe('a recorder', () => {
  it('gives ordinals from 1 without gaps, the time that was set and the cause that was set', () => {
    const events: TraceEvent[] = [];
    const recorder = new Recorder({ level: 'packets', header, onEvent: (event) => events.push(event) });
    recorder.now = 10;
    const first = recorder.packetSent('a', 'a>b#1', bytesOf('x'), 4);
    recorder.now = 20;
    recorder.cause = first;
    const second = recorder.packetReceived('b', 'a>b#1', first, bytesOf('x'));
    recorder.packetLost('b', 'a>b#1', 9, 'network', 'cut');
    expect([first, second]).toEqual([1, 2]);
    expect(events).toEqual([
      { i: 1, t: 10, c: 0, k: 'packet.sent', n: 'a', conn: 'a>b#1', bytes: bytesOf('x'), v: 4 },
      { i: 2, t: 20, c: 1, k: 'packet.received', n: 'b', conn: 'a>b#1', of: 1 },
      { i: 3, t: 20, c: 1, k: 'packet.lost', n: 'b', conn: 'a>b#1', of: 9, at: 'network', reason: 'cut' },
    ]);
  });

  it('numbers nothing at level digest while nobody listens, and what packets would record when somebody does', () => {
    const recorder = new Recorder({ level: 'digest', header });
    expect(recorder.wants('packet.sent')).toBe(false);
    expect(recorder.emit({ k: 'fault.ended', n: '', fault: 'f1' })).toBe(0);
    expect(recorder.packetSent('a', 'a>b#1', bytesOf('x'), 4)).toBe(0);
    const seen: TraceEvent[] = [];
    recorder.listen((event) => seen.push(event));
    expect(recorder.wants('packet.sent')).toBe(true);
    expect(recorder.wants('state')).toBe(false);
    expect(recorder.emit({ k: 'fault.ended', n: '', fault: 'f2' })).toBe(1);
    expect(recorder.emit({ k: 'told', n: 'a', step: 'queued', text: 'x' })).toBe(0);
    expect(seen).toHaveLength(1);
  });

  it('records states, timers, disks and segments at level full only', () => {
    const kinds = (level: 'packets' | 'full'): Set<string> =>
      new Set(conversation(level).events.map(({ k }) => k));
    const full = kinds('full');
    const packets = kinds('packets');
    expect([...full].filter((kind) => !packets.has(kind)).sort()).toEqual([
      'disk.lost',
      'disk.synced',
      'disk.written',
      'segment.lost',
      'segment.resent',
      'state',
      'timer.fired',
      'told',
    ]);
  });

  it('shows what a listener emits after the event that it saw, to every listener in the same order', () => {
    const recorder = new Recorder({ level: 'packets', header });
    const before: number[] = [];
    const after: number[] = [];
    recorder.listen(({ i }) => before.push(i));
    recorder.listen((event) => {
      if (event.k === 'fault.ended') {
        recorder.emit({ k: 'verdict', n: '', rule: 'r', outcome: 'broken', text: '', about: [event.i] });
      }
    });
    const causes = new Map<number, number>();
    recorder.listen(({ i, c }) => {
      after.push(i);
      causes.set(i, c);
    });
    recorder.emit({ k: 'fault.ended', n: '', fault: 'f1' });
    recorder.emit({ k: 'note', n: '', text: 'x' });
    expect(before).toEqual([1, 2, 3]);
    expect(after).toEqual([1, 2, 3]);
    expect(causes.get(2)).toBe(1);
    expect(causes.get(3)).toBe(0);
  });

  it('takes what a listener sees for the cause of what an application does because of it', () => {
    const recorder = new Recorder({ level: 'packets', header });
    const who: Actor = { name: 'a', nameHash: 1, followed: undefined };
    const causes: unknown[] = [];
    recorder.listen(({ k, i, c }) => {
      causes.push([k, c]);
      if (k !== 'note') return;
      recorder.cause = 0;
      recorder.called(who, 1, { op: 'authenticate' });
      recorder.settled(who, 1, 'ok', () => '');
      recorder.delivered(who, DELIVERED, false);
      expect(i).toBe(1);
    });
    recorder.emit({ k: 'note', n: '', text: 'x' });
    expect(causes).toEqual([
      ['note', 0],
      ['app.call', 1],
      ['app.settled', 1],
      ['app.delivered', 1],
    ]);
  });

  it('tells watchers of packets what the events of those would say, and what one of them emits after the packet that it saw', () => {
    const told = (hears: boolean): { said: unknown[]; causes: number[] } => {
      const recorder = new Recorder({ level: 'packets', header });
      const said: unknown[] = [];
      const causes: number[] = [];
      const sent = ({ i, t, n, conn, bytes, v, malformed }: Omit<PacketSent, 'c' | 'k'>): void => {
        said.push(['sent', i, t, n, conn, [...bytes], v, malformed]);
        if (i === 1)
          recorder.emit({ k: 'verdict', n: '', rule: 'r', outcome: 'broken', text: '', about: [i] });
      };
      const received = ({ i, t, n, conn, of }: Omit<PacketReceived, 'c' | 'k'>): void => {
        said.push(['received', i, t, n, conn, of]);
      };
      const did = (what: object): void => {
        said.push(what);
      };
      const watcher: Watcher = {
        packetSent(i, t, { writer: n, conn, version: v }, bytes, malformed) {
          sent({ i, t, n, conn, bytes, v, ...(malformed === undefined ? {} : { malformed }) });
        },
        packetReceived(i, t, { reader: n, conn }, of) {
          received({ i, t, n, conn, of });
        },
        called(i, t, { name: n }, call, asked) {
          did({ i, t, n, k: 'app.call', call, ...asked });
        },
        settled(i, t, { name: n }, call, outcome) {
          did({ i, t, n, k: 'app.settled', call, outcome });
        },
        delivered(i, t, { name: n }, message, dup) {
          did({ i, t, n, k: 'app.delivered', message, dup });
        },
        observe(event) {
          if (event.k === 'packet.sent') sent(event);
          else if (event.k === 'packet.received') received(event);
          else if (event.k.startsWith('app.')) {
            // Who watches is told no texts, and of no cause.
            const { c: _, text: __, ...rest } = event as AppSettled;
            did(rest);
          } else {
            said.push([event.k, event.i, event.t]);
            causes.push(event.c);
          }
        },
      };
      recorder.watch(watcher);
      if (hears) recorder.listen(() => {});
      recorder.now = 5;
      const way: Way = {
        ...{ conn: 'a>b#1', connHash: 1, writer: 'a', writerHash: 2, reader: 'b', readerHash: 3 },
        ...{ version: 4, followed: undefined },
      };
      const of = recorder.sent(way, new Uint8Array([0xc0, 0]));
      recorder.received(way, of, new Uint8Array([0xc0, 0]));
      recorder.now = 6;
      recorder.sent({ ...way, version: 0 }, new Uint8Array([0xc0]), 'the packet is cut short');
      const actor: Actor = { name: 'a', nameHash: 2, followed: undefined };
      recorder.called(actor, 1, { op: 'publish', message: DELIVERED });
      recorder.settled(actor, 1, 'ok', () => 'sent');
      recorder.delivered(actor, DELIVERED, false);
      return { said, causes };
    };
    const alone = told(false);
    expect(alone.said).toEqual([
      ['sent', 1, 5, 'a', 'a>b#1', [0xc0, 0], 4, undefined],
      ['verdict', 2, 5],
      ['received', 3, 5, 'b', 'a>b#1', 1],
      ['sent', 4, 6, 'a', 'a>b#1', [0xc0], 0, 'the packet is cut short'],
      { i: 5, t: 6, n: 'a', k: 'app.call', call: 1, op: 'publish', message: DELIVERED },
      { i: 6, t: 6, n: 'a', k: 'app.settled', call: 1, outcome: 'ok' },
      { i: 7, t: 6, n: 'a', k: 'app.delivered', message: DELIVERED, dup: false },
    ]);
    expect(alone.causes).toEqual([1]);
    expect(told(true)).toEqual(alone);
  });

  it('goes on with the others when a listener is removed or throws', () => {
    const recorder = new Recorder({ level: 'packets', header });
    const seen: number[] = [];
    const remove = recorder.listen(() => {
      throw new Error('full');
    });
    recorder.listen(({ i }) => seen.push(i));
    expect(() => recorder.emit({ k: 'note', n: '', text: 'x' })).toThrow('full');
    remove();
    recorder.emit({ k: 'note', n: '', text: 'y' });
    expect(seen).toEqual([2]);
  });

  it('keeps no events itself; a log keeps them up to its limit and says so', () => {
    const recorder = new Recorder({ level: 'packets', header });
    const log = new EventLog(2);
    recorder.listen(log.listener);
    recorder.emit({ k: 'note', n: '', text: '1' });
    recorder.emit({ k: 'note', n: '', text: '2' });
    let error: unknown;
    try {
      recorder.emit({ k: 'note', n: '', text: '3' });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TraceError);
    expect(error).toMatchObject({ code: 'limit', message: expect.stringContaining('more than 2 events') });
    expect(log.events).toHaveLength(2);
  });
});
