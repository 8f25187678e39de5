import { describe, expect, it } from 'vitest';
import { message, publish, Stage, type Wire } from '../../trace/stage.ts';
import { brokenIn, judge, ruleOf } from '../court.ts';

function scene(): { stage: Stage; up: Wire; down: Wire } {
  const stage = new Stage();
  stage.broker('hub');
  const up = stage.connect(stage.client('pub'), 'hub', { clean: false });
  const down = stage.connect(stage.client('sub'), 'hub', { clean: false });
  stage.subscribe(down, 't/#', 2);
  return { stage, up, down };
}

describe('messages of one publisher, topic and QoS', () => {
  function play(
    order: readonly number[],
    topics = ['t/1', 't/1', 't/1'],
    qos: readonly (1 | 2)[] = [1, 1, 1],
  ): string[] {
    const { stage, up, down } = scene();
    for (let k = 0; k < 3; k++) stage.pass(up, 'pub', publish(topics[k]!, `${k}`, qos[k]!, k + 1));
    for (const k of order) stage.pass(down, 'hub', publish(topics[k]!, `${k}`, qos[k]!, k + 1));
    const report = judge(stage, false);
    expect(ruleOf(report, 'ordering.messages').reached).toBe(3);
    return brokenIn(report);
  }

  it('come in their order', () => {
    expect(play([0, 1, 2])).toEqual([]);
  });

  it('break the promise in another', () => {
    expect(play([1, 0, 2])).toEqual(['ordering.messages']);
    expect(play([0, 2, 1])).toEqual(['ordering.messages']);
  });

  it('may overtake those of another topic or QoS', () => {
    expect(play([1, 0, 2], ['t/1', 't/2', 't/1'])).toEqual([]);
    expect(play([1, 0, 2], undefined, [1, 2, 1])).toEqual([]);
  });

  it('that are equal are never accused', () => {
    const { stage, up, down } = scene();
    for (const [id, payload] of ['a', 'b', 'a'].entries())
      stage.pass(up, 'pub', publish('t/1', payload, 1, id + 1));
    for (const [id, payload] of ['b', 'a', 'a'].entries())
      stage.pass(down, 'hub', publish('t/1', payload, 1, id + 1));
    // Only the last one can be seen to be late: the first "a" may have been dropped for the second.
    expect(brokenIn(judge(stage, false))).toEqual(['ordering.messages']);
    const other = scene();
    for (const [id, payload] of ['a', 'b', 'a'].entries()) {
      other.stage.pass(other.up, 'pub', publish('t/1', payload, 1, id + 1));
    }
    for (const [id, payload] of ['b', 'a'].entries()) {
      other.stage.pass(other.down, 'hub', publish('t/1', payload, 1, id + 1));
    }
    expect(judge(other.stage, false).violations).toEqual([]);
  });

  it('are sent by the client in the order of the calls', () => {
    for (const order of ['ab', 'ba']) {
      const { stage, up } = scene();
      for (const payload of 'ab') stage.publishCall('pub', message('t/1', payload, 1));
      for (const [id, payload] of [...order].entries())
        stage.pass(up, 'pub', publish('t/1', payload, 1, id + 1));
      expect(brokenIn(judge(stage, false))).toEqual(order === 'ab' ? [] : ['ordering.messages']);
    }
  });
});

describe('what is sent again', () => {
  function play(order: readonly number[]): string[] {
    const { stage, up, down } = scene();
    for (const k of [1, 2, 3]) {
      stage.pass(up, 'pub', publish('t/1', `${k}`, 1, k));
      stage.pass(up, 'hub', { type: 'puback', packetId: k });
    }
    for (const k of [1, 2, 3]) stage.pass(down, 'hub', publish('t/1', `${k}`, 1, k));
    stage.end(down);
    const again = stage.connect('sub', 'hub', { clean: false, sessionPresent: true });
    for (const k of order) stage.pass(again, 'hub', publish('t/1', `${k}`, 1, k, { dup: true }));
    return brokenIn(judge(stage, false));
  }

  it('comes in the order of its first sending', () => {
    expect(play([1, 2, 3])).toEqual([]);
    expect(play([2, 1, 3])).toEqual(['ordering.redelivery']);
  });

  it('comes in that order also when a crash forgot that the first of it had been acknowledged', () => {
    for (const order of [
      [1, 2],
      [2, 1],
    ]) {
      const { stage, up, down } = scene();
      for (const k of [1, 2]) {
        stage.pass(up, 'pub', publish('t/1', `${k}`, 1, k));
        stage.pass(up, 'hub', { type: 'puback', packetId: k });
      }
      for (const k of [1, 2]) stage.pass(down, 'hub', publish('t/1', `${k}`, 1, k));
      stage.pass(down, 'sub', { type: 'puback', packetId: 1 });
      stage.crash('hub', 'node.power-cut');
      stage.end(down);
      stage.start('hub');
      for (const ids of [[1, 2], order]) {
        const again = stage.connect('sub', 'hub', { clean: false, sessionPresent: true });
        for (const k of ids) stage.pass(again, 'hub', publish('t/1', `${k}`, 1, k, { dup: true }));
        stage.end(again);
      }
      expect(brokenIn(judge(stage, false))).toEqual(order[0] === 1 ? [] : ['ordering.redelivery']);
    }
  });

  it('comes in that order also when it has the identifier of another that the crash took', () => {
    const { stage, up, down } = scene();
    for (const k of [1, 2]) {
      stage.pass(up, 'pub', publish('t/1', `${k}`, 1, k));
      stage.pass(up, 'hub', { type: 'puback', packetId: k });
    }
    stage.send(down, 'hub', publish('t/1', '2', 1, 1));
    stage.crash('hub', 'node.power-cut');
    stage.end(down);
    stage.start('hub');
    for (let time = 0; time < 2; time++) {
      const again = stage.connect('sub', 'hub', { clean: false, sessionPresent: true });
      for (const k of [1, 2]) stage.pass(again, 'hub', publish('t/1', `${k}`, 1, k, { dup: true }));
      stage.end(again);
    }
    expect(brokenIn(judge(stage, false))).not.toContain('ordering.redelivery');
  });

  it('comes only after a reconnect in 5.0, and may come any time before', () => {
    for (const v of [4, 5] as const) {
      const stage = new Stage();
      stage.broker('hub');
      const up = stage.connect(stage.client('pub'), 'hub', { v });
      stage.pass(up, 'pub', publish('t', 'a', 1, 1));
      stage.pass(up, 'pub', publish('t', 'a', 1, 1, { dup: true }));
      expect(brokenIn(judge(stage, false))).toEqual(v === 5 ? ['session.retransmission'] : []);
    }
  });
});

describe('acknowledgements of a client', () => {
  it('come in the order of what they acknowledge', () => {
    for (const order of [
      [1, 2],
      [2, 1],
    ]) {
      const { stage, up, down } = scene();
      for (const k of [1, 2]) {
        stage.pass(up, 'pub', publish('t/1', `${k}`, 1, k));
        stage.pass(down, 'hub', publish('t/1', `${k}`, 1, k));
      }
      for (const packetId of order) stage.pass(down, 'sub', { type: 'puback', packetId });
      expect(brokenIn(judge(stage, false))).toEqual(order[0] === 1 ? [] : ['ordering.acknowledgements']);
    }
  });

  it('PUBREC and PUBREL too', () => {
    const { stage, up, down } = scene();
    for (const k of [1, 2]) {
      stage.pass(up, 'pub', publish('t/1', `${k}`, 2, k));
      stage.pass(down, 'hub', publish('t/1', `${k}`, 2, k));
    }
    for (const packetId of [2, 1]) stage.pass(down, 'sub', { type: 'pubrec', packetId });
    for (const packetId of [1, 2]) stage.pass(up, 'hub', { type: 'pubrec', packetId });
    for (const packetId of [2, 1]) stage.pass(up, 'pub', { type: 'pubrel', packetId });
    const report = judge(stage, false);
    expect(ruleOf(report, 'ordering.acknowledgements')).toMatchObject({ broken: 2, reached: 4 });
  });
});
