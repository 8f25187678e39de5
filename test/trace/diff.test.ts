import { describe, expect, it } from 'vitest';
import { type Comparable, diffTraces } from '../../src/trace/diff.ts';
import { digestOf } from '../../src/trace/digest.ts';
import { conversation } from './conversation.ts';
import { DESCRIPTION, Stage } from './stage.ts';

function comparable(stage: Stage): Comparable {
  return { header: stage.recorder.header, list: stage.events };
}

describe('the difference of two traces', () => {
  it('is none for two recordings of one run', () => {
    const difference = diffTraces(comparable(conversation()), comparable(conversation()));
    expect(difference).toMatchObject({ same: true, a: undefined, b: undefined, headers: [] });
    expect(difference.equal).toBe(conversation().events.length);
    expect(difference.sentence).toBe(`The traces are equal: ${difference.equal} events are equal.`);
  });

  it('is none for two levels of one run, but for the level in the header', () => {
    const packets = conversation('packets');
    const difference = diffTraces(comparable(conversation('full')), comparable(packets));
    expect(difference).toMatchObject({
      same: true,
      equal: packets.events.length,
      headers: ['level: full / packets'],
    });
  });

  it('is the first event that differs, with what was equal before and what comes after', () => {
    const a = conversation();
    const b = conversation('full', undefined, '21.6');
    const difference = diffTraces(comparable(a), comparable(b), 2);
    const at = a.events.findIndex((event) => event.k === 'app.call' && event.op === 'publish');
    expect(difference.equal).toBe(at);
    expect(difference.a).toBe(a.events[at]);
    expect(difference.b).toBe(b.events[at]);
    expect(difference.before).toEqual(a.events.slice(at - 2, at));
    expect(difference.afterA).toEqual(a.events.slice(at + 1, at + 3));
    expect(difference.afterB).toEqual(b.events.slice(at + 1, at + 3));
    expect(difference.sentence).toContain('they part (app.call with another message)');
    expect(difference.sentence).toContain('In A: ');
    expect(difference.sentence).toContain('"21.5" q1 on plant/1/temperature');
    expect(digestOf(a.events)).not.toBe(digestOf(b.events));
  });

  it('is found across levels too, although every ordinal after the first full event differs', () => {
    const a = conversation('full');
    const b = conversation('packets', undefined, '21.6');
    const difference = diffTraces(comparable(a), comparable(b));
    expect(difference.a).toMatchObject({ k: 'app.call', op: 'publish' });
    expect(difference.b).toMatchObject({ k: 'app.call', op: 'publish' });
  });

  it('says which trace ended first', () => {
    const whole = comparable(conversation());
    const list = [...conversation().events].slice(0, 4);
    const difference = diffTraces({ header: whole.header, list }, whole);
    expect(difference).toMatchObject({ same: false, equal: 4, a: undefined });
    expect(difference.sentence).toMatch(/^4 events are equal; then A ends, while in B: /);
    expect(difference.afterA).toEqual([]);
    expect(diffTraces(whole, { header: whole.header, list }).sentence).toContain('then B ends');
  });

  it('names kind, node and time when they are what differs', () => {
    const at = (play: (stage: Stage) => void): Comparable => {
      const stage = new Stage();
      play(stage);
      return comparable(stage);
    };
    const a = at((stage) => stage.recorder.emit({ k: 'node.paused', n: 'a', life: 1 }));
    const aspects = [
      at((stage) => stage.recorder.emit({ k: 'node.resumed', n: 'a', life: 1 })),
      at((stage) => stage.recorder.emit({ k: 'node.paused', n: 'b', life: 1 })),
      at((stage) => {
        stage.tick(5);
        stage.recorder.emit({ k: 'node.paused', n: 'a', life: 1 });
      }),
    ].map((b) => /\((.*?)\)/.exec(diffTraces(a, b).sentence)![1]);
    expect(aspects).toEqual([
      'node.paused against node.resumed',
      'node.paused at a against b',
      'node.paused at 0 s against 0.000005 s',
    ]);
  });

  it('lists what the headers disagree about', () => {
    const list: [] = [];
    const header = new Stage().recorder.header;
    const other = {
      ...header,
      seed: '8',
      transport: 'ideal',
      mutant: 'will-lost',
      parameters: { loss: 0.1, qos: 1 },
    };
    const mine = { ...header, parameters: { loss: 0.2 } };
    expect(DESCRIPTION.seed).toBe('7');
    expect(diffTraces({ header: mine, list }, { header: other, list }).headers).toEqual([
      'seed: 7 / 8',
      'transport: tcp / ideal',
      'mutant: none / will-lost',
      'parameter loss: 0.2 / 0.1',
      'parameter qos: absent / 1',
    ]);
  });
});
