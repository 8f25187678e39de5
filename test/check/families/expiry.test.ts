import { describe, expect, it } from 'vitest';
import { publish } from '../../trace/stage.ts';
import { brokenIn, judge, ruleOf } from '../court.ts';
import { Square } from '../square.ts';

const expires = (seconds: number) => ({ properties: { messageExpiryInterval: seconds } });

/** A message of ten seconds waits for some, and comes with what the hub says is left. */
function waited(seconds: number, left?: number): Square {
  const square = new Square();
  square.arrive('sub');
  square.ask('sub', 't');
  square.leave('sub');
  square.say('a', expires(10));
  square.wait(seconds);
  square.arrive('sub', { sessionPresent: true });
  square.tell('sub', 'a', left === undefined ? {} : expires(left));
  return square;
}

describe('Message Expiry Interval', () => {
  it('is counted down while the message waits in the hub [5.0/MQTT-3.3.2-6]', () => {
    const report = judge(waited(6, 4));
    expect(report.violations).toEqual([]);
    expect(ruleOf(report, 'expiry.counted-down').reached).toBe(1);
  });

  it.each([
    ['as it came', 6, 10],
    ['with less than is left', 3, 2],
    ['without it', 6, undefined],
    ['with more than it came with', 0, 13],
  ])('is wrong when the message is sent on %s [5.0/MQTT-3.3.2-6]', (_, seconds, left) => {
    expect(brokenIn(judge(waited(seconds, left)))).toEqual(['expiry.counted-down']);
  });

  it('is over, and the message is sent all the same [5.0/MQTT-3.3.2-5]', () => {
    const report = judge(waited(30, 0));
    expect(brokenIn(report)).toEqual(['expiry.not-sent']);
    expect(report.violations[0]!.text).toMatch(
      /^hub began to send a message on t to sub 30\.\d+ s after it came, although its Message Expiry Interval was 10 s$/,
    );
  });

  it('is out of nowhere when the publisher said none', () => {
    const square = new Square();
    square.arrive('sub');
    square.ask('sub', 't');
    square.say('a');
    square.tell('sub', 'a', expires(10));
    expect(brokenIn(judge(square))).toEqual(['expiry.counted-down']);
  });

  it('does not end an exchange that has begun: the message may come again at any time [5.0/MQTT-4.3.3-7]', () => {
    const square = new Square();
    square.arrive('sub');
    square.ask('sub', 't');
    square.say('a', expires(10));
    const wire = square.wires.get('sub')!;
    const first = {
      ...{ type: 'publish' as const, topic: 't', payload: new TextEncoder().encode('a'), qos: 1 as const },
      ...{ retain: false, dup: false, packetId: 1, ...expires(10) },
    };
    square.send(wire, 'hub', first);
    square.leave('sub');
    square.wait(60);
    square.pass(square.arrive('sub', { sessionPresent: true }), 'hub', {
      ...first,
      dup: true,
      ...expires(0),
    });
    expect(judge(square, false).violations).toEqual([]);
  });

  it('is not judged while a clock of the hub was wrong', () => {
    const square = new Square();
    square.arrive('sub');
    square.ask('sub', 't');
    square.leave('sub');
    square.say('a', expires(10));
    const fault = { fault: 'hub/clock-skew#1', family: 'clock-skew', target: 'hub', detail: { by: 5 } };
    square.recorder.emit({ k: 'fault.began', n: '', ...fault });
    square.arrive('sub', { sessionPresent: true });
    square.tell('sub', 'a', expires(5));
    expect(judge(square).violations).toEqual([]);
  });

  it('is counted from the last time that a retained message came', () => {
    const square = new Square();
    const pub = square.wires.get('pub')!;
    const retained = (dup: boolean, left: number) =>
      Object.assign(publish('t', 'a', 1, 7, { retain: true, dup }), expires(left));
    const late = square.send(pub, 'pub', retained(false, 100));
    // The network holds it for ten seconds, which the publisher takes off before it sends it again.
    square.wait(10);
    square.receive(late);
    square.leave('pub');
    const back = square.arrive('pub', { sessionPresent: true });
    square.pass(back, 'pub', retained(true, 90));
    square.pass(back, 'hub', { type: 'puback', packetId: 7 });
    square.arrive('sub');
    square.ask('sub', 't');
    square.wait(1);
    square.tell('sub', 'a', { retain: true, ...expires(89) });
    expect(judge(square).violations).toEqual([]);
  });

  it('goes on while the disk of the hub lets the packet wait [5.0/MQTT-3.3.2-6]', () => {
    const waiting = (left: number) => {
      const square = new Square();
      square.arrive('sub');
      square.ask('sub', 't');
      const fault = { fault: 'hub/disk-full#1', family: 'disk-full', target: 'hub', detail: {} };
      square.recorder.emit({ k: 'fault.began', n: '', ...fault });
      square.say('a', expires(10));
      square.wait(8);
      square.recorder.emit({ k: 'fault.ended', n: '', fault: fault.fault });
      square.tell('sub', 'a', expires(left));
      return brokenIn(judge(square));
    };
    expect(waiting(2)).toEqual([]);
    expect(waiting(10)).toEqual(['expiry.counted-down']);
  });

  it('is that of the moment in which the hub was stopped, for what it had in hand and sends as it goes on', () => {
    const stopped = (before: number, after: number) => {
      const square = new Square();
      square.arrive('sub');
      square.ask('sub', 't');
      square.leave('sub');
      square.say('a', expires(10));
      square.wait(before);
      square.arrive('sub', { sessionPresent: true });
      square.recorder.emit({ k: 'node.paused', n: 'hub', life: 1 });
      square.wait(60);
      square.recorder.emit({ k: 'node.resumed', n: 'hub', life: 1 });
      square.wait(after);
      square.tell('sub', 'a', expires(4));
      return brokenIn(judge(square));
    };
    expect(stopped(6, 0)).toEqual([]);
    // What was over before, or is sent a while after, it has no excuse for.
    expect(stopped(30, 0)).toContain('expiry.not-sent');
    expect(stopped(6, 10)).toContain('expiry.not-sent');
  });
});
