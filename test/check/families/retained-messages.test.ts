import { describe, expect, it } from 'vitest';
import { brokenIn, judge, ruleOf } from '../court.ts';
import { Square } from '../square.ts';

const KEPT = { retain: true } as const;

/** `r` has a retained message, and somebody is there who has not subscribed. */
function kept(payload = 'a'): Square {
  const square = new Square();
  square.arrive('late');
  square.say(payload, { topic: 'r', ...KEPT });
  return square;
}

describe('a retained message', () => {
  it('comes with a new subscription [3.1.1/MQTT-3.3.1-6] [5.0/MQTT-3.3.1-9]', () => {
    const square = kept();
    square.ask('late', '#');
    square.tell('late', 'a', { topic: 'r', ...KEPT });
    const report = judge(square);
    expect(report.violations).toEqual([]);
    for (const rule of ['retained.sent', 'retained.current', 'retained.asked'] as const)
      expect(ruleOf(report, rule)).toMatchObject({ outcome: 'held', reached: 1 });
  });

  it('that never comes breaks the promise [5.0/MQTT-3.3.1-9]', () => {
    const square = kept();
    square.ask('late', '+');
    const report = judge(square);
    expect(brokenIn(report)).toEqual(['retained.sent']);
    expect(report.violations[0]!.text).toMatch(
      /^hub never sent late the retained message on r \(event \d+\), which its subscription to \+ had to bring$/,
    );
  });

  it.each([
    ['QoS 0, which need not be kept', { qos: 0 as const }],
    ['what expires soon', { properties: { messageExpiryInterval: 5 } }],
  ])('need not come: %s', (_, message) => {
    const square = new Square();
    square.arrive('late');
    square.say('a', { topic: 'r', ...KEPT, ...message });
    square.ask('late', 'r');
    expect(judge(square).violations).toEqual([]);
  });

  it('may have expired while it waited for its client to take more, and is excused for that', () => {
    const square = new Square();
    square.arrive('late');
    square.say('a', { topic: 'r', ...KEPT, properties: { messageExpiryInterval: 20 } });
    square.ask('late', 'r');
    square.wait(20);
    square.say('b', { topic: 'elsewhere' });
    expect(ruleOf(judge(square), 'retained.sent')).toMatchObject({
      outcome: 'excused',
      excused: { 'it expired after 20 s': 1 },
    });
  });

  it('need not come to who is gone again, nor when it is replaced meanwhile', () => {
    const gone = kept();
    gone.ask('late', 'r');
    gone.leave('late');
    expect(judge(gone).violations).toEqual([]);
    const replaced = kept();
    replaced.ask('late', 'r');
    replaced.say('b', { topic: 'r', ...KEPT });
    replaced.tell('late', 'b', { topic: 'r' });
    expect(judge(replaced).violations).toEqual([]);
  });

  it('comes at the lower of published and granted [3.1.1/MQTT-3.8.4-6] [5.0/MQTT-3.8.4-8]', () => {
    for (const qos of [0, 1, 2] as const) {
      const square = kept(); // published at QoS 1
      square.ask('late', '+', { qos: 0 });
      square.ask('late', 'r', { qos: 2 });
      square.tell('late', 'a', { topic: 'r', ...KEPT, qos });
      expect(brokenIn(judge(square, false))).toEqual(qos === 2 ? ['delivery.qos'] : []);
    }
  });

  it('is not sent any more once it was replaced [5.0/MQTT-3.3.1-5]', () => {
    const square = kept('a');
    square.say('b', { topic: 'r', ...KEPT });
    square.ask('late', 'r');
    square.tell('late', 'a', { topic: 'r', ...KEPT });
    square.tell('late', 'b', { topic: 'r', ...KEPT });
    expect(brokenIn(judge(square))).toEqual(['retained.current']);
  });

  it('is not sent any more once an empty one cleared it [5.0/MQTT-3.3.1-6] [3.1.1/MQTT-3.3.1-10]', () => {
    const square = kept('a');
    square.say('', { topic: 'r', ...KEPT });
    square.ask('late', 'r');
    square.tell('late', 'a', { topic: 'r', ...KEPT });
    expect(brokenIn(judge(square))).toEqual(['retained.current']);
  });

  it('may be either of two whose writing met', () => {
    const square = kept('a');
    square.arrive('rival');
    const { pub, rival } = { pub: square.wires.get('pub')!, rival: square.wires.get('rival')! };
    const write = (payload: string, packetId: number) => ({
      ...{ type: 'publish' as const, topic: 'r', payload: new TextEncoder().encode(payload) },
      ...{ qos: 2 as const, retain: true, dup: false, packetId },
    });
    square.pass(pub, 'pub', write('b', 1));
    square.pass(rival, 'rival', write('c', 1));
    for (const [wire, name] of [
      [rival, 'rival'],
      [pub, 'pub'],
    ] as const) {
      square.pass(wire, 'hub', { type: 'pubrec', packetId: 1 });
      square.pass(wire, name, { type: 'pubrel', packetId: 1 });
      square.pass(wire, 'hub', { type: 'pubcomp', packetId: 1 });
    }
    square.ask('late', 'r');
    square.tell('late', 'b', { topic: 'r', ...KEPT, qos: 2 });
    expect(judge(square).violations).toEqual([]);
  });
});

describe('Retain Handling', () => {
  it('0 brings it again with every SUBSCRIBE [5.0/MQTT-3.3.1-9]', () => {
    const square = kept();
    for (let times = 0; times < 2; times++) {
      square.ask('late', 'r');
      square.tell('late', 'a', { topic: 'r', ...KEPT });
    }
    expect(judge(square).violations).toEqual([]);
    const once = kept();
    once.ask('late', 'r');
    once.tell('late', 'a', { topic: 'r', ...KEPT });
    once.ask('late', 'r');
    expect(brokenIn(judge(once))).toEqual(['retained.sent']);
  });

  it('1 brings it only with a subscription that is new [5.0/MQTT-3.3.1-10]', () => {
    const square = kept();
    square.ask('late', 'r', { retainHandling: 1 });
    square.tell('late', 'a', { topic: 'r', ...KEPT });
    square.ask('late', 'r', { retainHandling: 1 });
    expect(judge(square).violations).toEqual([]);
    square.tell('late', 'a', { topic: 'r', ...KEPT });
    expect(brokenIn(judge(square))).toEqual(['retained.asked']);
  });

  it('2 brings nothing [5.0/MQTT-3.3.1-11]', () => {
    const square = kept();
    square.ask('late', 'r', { retainHandling: 2 });
    expect(judge(square).violations).toEqual([]);
    square.tell('late', 'a', { topic: 'r', ...KEPT });
    const report = judge(square);
    expect(brokenIn(report)).toEqual(['retained.asked']);
    expect(report.violations[0]!.text).toContain(
      'for the first time, but its subscriptions asked for it never',
    );
  });
});
