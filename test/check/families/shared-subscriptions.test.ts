import { describe, expect, it } from 'vitest';
import type { QoS } from '../../../src/mqtt/codec/packet.ts';
import { publish } from '../../trace/stage.ts';
import { brokenIn, judge, ruleOf } from '../court.ts';
import { Square } from '../square.ts';

/** Two members of one group, and a message that the hub has accepted. */
function crew(qos: QoS = 1): Square {
  const square = new Square();
  for (const name of ['ann', 'bob']) {
    square.arrive(name);
    square.ask(name, '$share/crew/t');
  }
  square.say('a', { qos });
  return square;
}

describe('a Shared Subscription', () => {
  it.each([0, 1, 2] as const)('sends a message of QoS %i to one member', (qos) => {
    const square = crew(qos);
    square.tell('ann', 'a', { qos });
    const report = judge(square);
    expect(report.violations).toEqual([]);
    expect(ruleOf(report, 'shared.one-member').reached).toBe(1);
    expect(ruleOf(report, 'shared.delivered').reached).toBe(qos === 0 ? 0 : 1);
  });

  it.each([0, 1, 2] as const)('does not send it to a second one, at QoS %i', (qos) => {
    const square = crew(qos);
    square.tell('ann', 'a', { qos });
    square.tell('bob', 'a', { qos });
    expect(brokenIn(judge(square))).toEqual(['shared.one-member']);
  });

  it('may send to another what a member that is gone had not acknowledged, at QoS 1 alone [5.0/MQTT-4.8.2-5]', () => {
    for (const qos of [1, 2] as const) {
      const square = crew(qos);
      square.send(square.wires.get('ann')!, 'hub', publish('t', 'a', qos, 1));
      square.leave('ann');
      square.tell('bob', 'a', { qos });
      expect(brokenIn(judge(square, false))).toEqual(qos === 1 ? [] : ['shared.one-member']);
    }
  });

  it('sends to each group of its own', () => {
    const square = crew();
    square.arrive('eve');
    square.ask('eve', '$share/others/t');
    square.say('b');
    square.tell('ann', 'a');
    square.tell('bob', 'b');
    square.tell('eve', 'b');
    expect(judge(square).violations).toEqual([]);
  });

  it('that sends a message to nobody breaks its promise [5.0/MQTT-4.5.0-1]', () => {
    const report = judge(crew());
    expect(brokenIn(report)).toEqual(['shared.delivered']);
    expect(report.violations[0]!.text).toMatch(
      /^a message of pub on t, QoS 1, .*, was sent to no member of \$share\/crew\/t$/,
    );
  });

  it('owes nothing while a member is away, for it may be the one that was chosen', () => {
    const square = crew();
    square.leave('bob');
    expect(judge(square).violations).toEqual([]);
  });
});
