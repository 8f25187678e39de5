/** The ways in which a connection ends, one by one, beside what a Linux 6.18 kernel did. */
import { describe, expect, it } from 'vitest';
import { SEND_BUFFER_BYTES } from '../../../src/sim/tcp/index.ts';
import { NO_RANGES, TcpSegment } from '../../../src/sim/tcp/segments.ts';
import { Segment } from '../../../src/sim/transport.ts';
import { MS, S, Wire } from './wire.ts';

describe('a peer whose process was killed with nothing unread', () => {
  it('finishes; our first write still succeeds and vanishes, and a reset answers it', () => {
    const wire = new Wire().connect();
    wire.listener.end.release(wire.now);
    wire.run(wire.now + S);
    expect(wire.dialler.finished).toBeGreaterThan(0);
    expect(wire.dialler.ended).toBeUndefined();
    const writtenAt = wire.now;
    wire.write(wire.dialler, 100);
    expect(wire.dialler.ended).toBeUndefined();
    wire.run();
    expect(wire.dialler.ended).toBe('reset');
    expect(wire.dialler.endedAt - writtenAt).toBe(50 * MS);
    expect(wire.listener.readable).toBe(0);
    expect(wire.dialler.end.backlog).toBe(0);
    // The next write fails, in that it changes nothing: EPIPE.
    wire.write(wire.dialler, 100);
    expect(wire.dialler.end.backlog).toBe(0);
    expect(wire.pending).toBe(0);
  });

  it('still sends what its host had taken, and no more: 45,888 bytes of a fresh socket', () => {
    const wire = new Wire().connect();
    wire.write(wire.listener, 100_000);
    wire.listener.end.release(wire.now);
    wire.run(wire.now + 10 * S);
    expect(SEND_BUFFER_BYTES).toBe(45_888);
    expect(wire.dialler.readable).toBe(45_888);
    expect(wire.dialler.finished).toBeGreaterThan(0);
  });

  it('is waited for a minute by its host, which then knows it no more', () => {
    const wire = new Wire().connect();
    wire.listener.end.release(wire.now);
    wire.run();
    expect(wire.listener.ended).toBe('closed');
    expect(wire.listener.endedAt).toBeGreaterThan(60 * S);
    wire.dialler.end.finish(wire.now);
    wire.run();
    expect(wire.dialler.ended).toBe('reset');
  });
});

describe('a peer whose process was killed with unread bytes', () => {
  it('resets, and what had reached us stays readable', () => {
    const wire = new Wire({ readsAtOnce: false }).connect();
    wire.write(wire.dialler, 100);
    wire.write(wire.listener, 300);
    wire.run(wire.now + S);
    expect(wire.listener.readable).toBe(100);
    wire.listener.end.release(wire.now);
    expect(wire.listener.ended).toBe('closed');
    wire.run();
    expect(wire.dialler.ended).toBe('reset');
    expect(wire.dialler.readable).toBe(300);
    expect(() => wire.dialler.end.read(wire.now, 300)).not.toThrow();
    expect(wire.dialler.finished).toBe(-1);
    expect(wire.pending).toBe(0);
  });

  it('loses what was under way: a reset overtakes nothing, but what was lost before it never comes', () => {
    const wire = new Wire({ readsAtOnce: false }).connect();
    wire.write(wire.dialler, 100);
    wire.run(wire.now + S);
    wire.listener.loses = (segment) => segment.to > segment.from;
    wire.write(wire.listener, 300);
    wire.listener.end.release(wire.now);
    wire.run();
    // The reset lies beyond the gap: it is challenged, and the host, which knows the connection no more, says it again.
    expect(wire.dialler.ended).toBe('reset');
    expect(wire.dialler.readable).toBe(0);
  });
});

describe('a link that is cut for 5 s while the peer is killed', () => {
  function finDelay(killedAfter: number, outage = 5 * S): number {
    const wire = new Wire().connect();
    for (let i = 0; i < 10; i++) {
      wire.write(wire.listener, 100);
      wire.run(wire.now + S);
    }
    const cutAt = wire.now;
    wire.listener.link.impose('cut', { kind: 'partition' });
    wire.dialler.link.impose('cut', { kind: 'partition' });
    wire.run(cutAt + killedAfter);
    wire.listener.end.release(wire.now);
    wire.run(cutAt + outage);
    wire.listener.link.lift('cut');
    wire.dialler.link.lift('cut');
    wire.run();
    expect(wire.dialler.finished).toBeGreaterThan(0);
    return wire.dialler.finished - cutAt - outage;
  }

  it('lets its FIN through when the back-off says so, 3.8 s after the heal if it was killed 0.8 s after the cut', () => {
    expect(finDelay(800 * MS)).toBe(3_825 * MS);
  });

  it('costs at most as long again as the outage itself', () => {
    let longest = 0;
    for (let killedAfter = 0; killedAfter < 5 * S; killedAfter += 100 * MS) {
      longest = Math.max(longest, finDelay(killedAfter));
    }
    expect(longest).toBeLessThan(5 * S);
    expect(longest).toBeGreaterThanOrEqual(3_800 * MS);
  });
});

describe('an end that is never answered again', () => {
  it('loses all that it accepted', () => {
    const wire = new Wire({ dialler: { retries: 3 } }).connect();
    wire.dialler.link.impose('cut', { kind: 'partition' });
    wire.listener.link.impose('cut', { kind: 'partition' });
    wire.write(wire.dialler, SEND_BUFFER_BYTES);
    expect(wire.dialler.end.backlog).toBe(45_888);
    wire.run();
    expect(wire.dialler.ended).toBe('timed-out');
    expect(wire.dialler.end.acknowledged).toBe(0);
    expect(wire.listener.readable).toBe(0);
    // The listener has nothing to send and never learns of it, as on any host without keep-alives.
    expect(wire.listener.ended).toBeUndefined();
    expect(wire.pending).toBe(0);
  });

  it('answers with a reset when the peer is heard again', () => {
    const wire = new Wire({ dialler: { retries: 3 } }).connect();
    wire.dialler.link.impose('cut', { kind: 'partition' });
    wire.write(wire.dialler, 100);
    wire.run();
    expect(wire.dialler.ended).toBe('timed-out');
    wire.dialler.link.lift('cut');
    wire.write(wire.listener, 100);
    wire.run();
    expect(wire.listener.ended).toBe('reset');
  });

  it('tries less long once its process is gone', () => {
    const wire = new Wire().connect();
    wire.dialler.link.impose('cut', { kind: 'partition' });
    wire.write(wire.dialler, 100);
    wire.dialler.end.release(wire.now);
    const start = wire.now;
    wire.run();
    expect(wire.dialler.ended).toBe('timed-out');
    // 102.2 s, judged when the timer fires.
    expect(wire.dialler.endedAt - start).toBeGreaterThan(102.2 * S);
    expect(wire.dialler.endedAt - start).toBeLessThan(135 * S);
  });
});

describe('closing in order', () => {
  it('works from one side: the other may go on sending', () => {
    const wire = new Wire().connect();
    wire.write(wire.dialler, 500);
    wire.dialler.end.finish(wire.now);
    wire.run(wire.now + S);
    expect(wire.listener.readable).toBe(500);
    expect(wire.listener.finished).toBeGreaterThan(0);
    expect(wire.listener.ended).toBeUndefined();
    wire.write(wire.listener, 50_000);
    wire.run(wire.now + 10 * S);
    expect(wire.dialler.readable).toBe(50_000);
    expect(wire.dialler.ended).toBeUndefined();
    wire.listener.end.finish(wire.now);
    wire.run();
    expect(wire.dialler.finished).toBeGreaterThan(0);
    expect(wire.dialler.ended).toBe('closed');
    expect(wire.listener.ended).toBe('finished');
    expect(wire.pending).toBe(0);
  });

  it('works from both sides at once', () => {
    const wire = new Wire().connect();
    wire.write(wire.dialler, 10);
    wire.write(wire.listener, 20);
    wire.dialler.end.finish(wire.now);
    wire.listener.end.finish(wire.now);
    wire.run();
    expect([wire.dialler.ended, wire.listener.ended]).toEqual(['closed', 'closed']);
    expect([wire.dialler.readable, wire.listener.readable]).toEqual([20, 10]);
    expect(wire.pending).toBe(0);
  });

  it('survives the loss of any one segment of it', () => {
    for (let which = 1; which <= 8; which++) {
      const wire = new Wire().connect();
      let count = 0;
      const loses = () => ++count === which;
      wire.dialler.loses = loses;
      wire.listener.loses = loses;
      wire.write(wire.dialler, 10);
      wire.dialler.end.finish(wire.now);
      wire.at(wire.now + 10 * S, () => wire.listener.end.finish(wire.now));
      wire.run();
      expect([wire.dialler.ended, wire.listener.ended], `segment ${which}`).toEqual(['closed', 'finished']);
      expect(wire.listener.readable).toBe(10);
      expect(wire.pending).toBe(0);
    }
  });

  it('ends a dial that was not yet answered', () => {
    const wire = new Wire();
    wire.dialler.end.dial(0);
    wire.dialler.end.finish(0);
    expect(wire.dialler.ended).toBe('closed');
    wire.run();
    expect(wire.dialler.established).toBe(-1);
    // The listener had answered the SYN; it hears that nobody is there.
    expect(wire.listener.ended).toBe('reset');
    expect(wire.pending).toBe(0);
  });

  it('makes a later write an error of the caller', () => {
    const wire = new Wire().connect();
    wire.dialler.end.finish(wire.now);
    expect(() => wire.write(wire.dialler, 1)).toThrow('write after finish');
  });
});

describe('aborting', () => {
  it('resets the peer and is told to the side that did it', () => {
    const wire = new Wire().connect();
    wire.dialler.end.abort(wire.now);
    expect(wire.dialler.ended).toBe('closed');
    wire.run();
    expect(wire.listener.ended).toBe('reset');
    expect(wire.pending).toBe(0);
  });

  it('is found out by the next segment when the reset was lost', () => {
    const wire = new Wire().connect();
    wire.dialler.loses = (segment) => segment.rst && segment.attempt === 1 && wire.dialler.sent.length < 3;
    wire.dialler.end.abort(wire.now);
    wire.run();
    expect(wire.listener.ended).toBeUndefined();
    wire.write(wire.listener, 1);
    wire.run();
    expect(wire.listener.ended).toBe('reset');
  });

  it('tells each end of its end once', () => {
    const wire = new Wire().connect();
    wire.write(wire.dialler, 1000);
    wire.dialler.end.abort(wire.now);
    wire.dialler.end.abort(wire.now);
    wire.dialler.end.finish(wire.now);
    wire.dialler.end.release(wire.now);
    wire.run();
    expect(wire.dialler.endings).toBe(1);
    expect(wire.listener.endings).toBe(1);
  });
});

describe('a peer that does not read', () => {
  it('closes its window, is asked at growing intervals, and opens it when it reads', () => {
    const wire = new Wire({ readsAtOnce: false }).connect();
    wire.write(wire.dialler, 100_000);
    wire.run(wire.now + 60 * S);
    expect(wire.listener.readable).toBe(65_535);
    expect(wire.dialler.end.backlog).toBe(100_000 - 65_535);
    const probes = wire.dialler.sent.filter(({ segment, at }) => at > 2 * S && segment.to === segment.from);
    expect(probes.length).toBeGreaterThan(4);
    for (let i = 2; i < probes.length; i++) {
      const gap = probes[i]!.at - probes[i - 1]!.at;
      expect(gap).toBeGreaterThanOrEqual(1.9 * (probes[i - 1]!.at - probes[i - 2]!.at));
    }
    const readAt = wire.now;
    wire.listener.end.read(readAt, 65_535);
    wire.run(readAt + 10 * S);
    expect(wire.listener.readable).toBe(100_000);
    wire.listener.end.read(wire.now, 100_000);
    wire.run();
    expect(wire.pending).toBe(0);
    expect(wire.dialler.drains).toBe(1);
  });

  it('is waited for as long as it answers, for hours', () => {
    const wire = new Wire({ readsAtOnce: false, records: false }).connect();
    wire.write(wire.dialler, 70_000);
    wire.run(wire.now + 5 * 3600 * S);
    expect(wire.dialler.ended).toBeUndefined();
    expect(wire.longestWait).toBeLessThanOrEqual(120 * S);
    wire.listener.end.read(wire.now, 65_535);
    wire.run();
    expect(wire.listener.readable).toBe(70_000);
  });

  it('is given up by a user timeout even though it answers', () => {
    const wire = new Wire({ readsAtOnce: false, dialler: { userTimeoutMicros: 30 * S } }).connect();
    wire.write(wire.dialler, 70_000);
    wire.run();
    expect(wire.dialler.ended).toBe('timed-out');
  });

  it('is given up after as many unanswered questions as retries', () => {
    const wire = new Wire({ readsAtOnce: false, dialler: { retries: 4 } }).connect();
    wire.write(wire.dialler, 70_000);
    wire.run(wire.now + 5 * S);
    wire.dialler.link.impose('cut', { kind: 'partition' });
    wire.run();
    expect(wire.dialler.ended).toBe('timed-out');
  });

  it('is reached although the news of its window was lost', () => {
    const wire = new Wire({ readsAtOnce: false }).connect();
    wire.write(wire.dialler, 70_000);
    wire.run(wire.now + 10 * S);
    let lost = 0;
    wire.listener.loses = () => lost++ === 0;
    wire.listener.end.read(wire.now, 65_535);
    expect(lost).toBe(1);
    wire.run();
    expect(wire.listener.readable).toBe(70_000);
  });
});

describe('forged and stray segments', () => {
  it('reset nothing unless they are where the next byte is expected', () => {
    const wire = new Wire().connect();
    const forged = (at: number) => new Segment(at, at, 'rst', 0, 1);
    wire.transmit(wire.dialler, forged(5_000));
    wire.run();
    expect(wire.listener.ended).toBeUndefined();
    wire.transmit(wire.dialler, forged(0));
    wire.run();
    expect(wire.listener.ended).toBe('reset');
  });

  it('acknowledge nothing that was never sent', () => {
    const wire = new Wire().connect();
    wire.write(wire.dialler, 100);
    wire.transmit(wire.listener, new TcpSegment(0, 0, 'none', 5_000, 1, NO_RANGES, 65_535, wire.now, -1));
    wire.run(wire.now + 30 * MS);
    expect(wire.dialler.end.acknowledged).toBe(0);
    wire.run();
    expect(wire.dialler.end.acknowledged).toBe(100);
  });
});
