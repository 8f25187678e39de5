/** The proofs show what they say, and not more: in scenes that are played by hand. */
import { describe, expect, it } from 'vitest';
import type { RuleId } from '../../src/check/rules/rules.ts';
import type { Violation } from '../../src/check/tally.ts';
import { publish, Stage, type Wire } from '../trace/stage.ts';
import { Packets, PROVED } from './proofs.ts';

function scene(): { stage: Stage; up: Wire; down: Wire } {
  const stage = new Stage();
  stage.broker('hub');
  const up = stage.connect(stage.client('pub'), 'hub', { clean: false });
  const down = stage.connect(stage.client('sub'), 'hub', { clean: false });
  return { stage, up, down };
}

/** The subscriber again. */
function back(stage: Stage): Wire {
  return stage.connect('sub', 'hub', { clean: false, sessionPresent: true });
}

/** Whether a sending is shown to break a rule. */
function isShown(rule: RuleId, stage: Stage, i: number): boolean {
  const { proof } = PROVED.find((each) => each.broker === 'aedes' && each.rule === rule)!;
  return proof(new Packets(stage.events), { rule, about: [i] } as unknown as Violation);
}

/** The hub sends messages on, each with an identifier of one digit; returns the ordinals of the sendings. */
function forward(stage: Stage, down: Wire, payloads: string, identifiers = payloads): number[] {
  return [...payloads].map((payload, at) => {
    const flying = stage.send(down, 'hub', publish('t', payload, 1, Number(identifiers[at])));
    stage.receive(flying);
    return flying.i;
  });
}

describe('the proof of ordering.messages', () => {
  const late = (payloads: string, play: (stage: Stage, up: Wire) => void): boolean => {
    const { stage, up, down } = scene();
    play(stage, up);
    return isShown('ordering.messages', stage, forward(stage, down, payloads, '123').at(-1)!);
  };
  const both = (stage: Stage, up: Wire): void => {
    for (const k of [1, 2]) stage.pass(up, 'pub', publish('t', `${k}`, 1, k));
  };

  it('is that a later message of the same client, topic and QoS went ahead', () => {
    expect(late('21', both)).toBe(true);
    expect(late('12', both)).toBe(false);
    expect(late('1', both)).toBe(false);
  });

  it('counts messages that were published again, unless one of them comes too often', () => {
    const again = (stage: Stage, up: Wire): void => {
      both(stage, up);
      stage.pass(up, 'pub', publish('t', '1', 1, 3));
    };
    expect(late('112', again)).toBe(true);
    expect(late('121', again)).toBe(false);
    expect(late('112', both)).toBe(false);
  });

  it('is none where the message has come before, or is of another client or QoS', () => {
    expect(late('121', both)).toBe(false);
    const others = (stage: Stage, up: Wire): void => {
      stage.pass(up, 'pub', publish('t', '1', 1, 1));
      stage.pass(stage.connect(stage.client('other'), 'hub'), 'other', publish('t', '2', 1, 1));
    };
    expect(late('21', others)).toBe(false);
    const mixed = (stage: Stage, up: Wire): void => {
      stage.pass(up, 'pub', publish('t', '1', 1, 1));
      stage.pass(up, 'pub', publish('t', '2', 2, 2));
    };
    expect(late('21', mixed)).toBe(false);
  });
});

describe('the proof of ordering.redelivery', () => {
  it.each([
    ['12', false],
    ['21', true],
  ] as const)('is that one that was first sent later is sent again ahead: %s', (payloads, shown) => {
    const { stage, down } = scene();
    forward(stage, down, '12');
    stage.end(down);
    const again = forward(stage, back(stage), payloads);
    expect(isShown('ordering.redelivery', stage, again[1]!)).toBe(shown);
    expect(isShown('ordering.redelivery', stage, again[0]!)).toBe(false);
  });
});

describe('the proof of delivery.identifier', () => {
  it.each([false, true])('is that its first owner was not acknowledged: %s', (acknowledged) => {
    const { stage, down } = scene();
    forward(stage, down, '1');
    if (acknowledged) stage.pass(down, 'sub', { type: 'puback', packetId: 1 });
    const { i } = stage.send(back(stage), 'hub', publish('t', '2', 1, 1));
    expect(isShown('delivery.identifier', stage, i)).toBe(!acknowledged);
  });
});

describe('the proof of delivery.dup-flag', () => {
  it.each([
    ['is never answered', true],
    ['is acknowledged', false],
    ['is acknowledged when the broker has ended the connection', true],
  ] as const)('is that the first sending %s: %s', (what, shown) => {
    const { stage, down } = scene();
    forward(stage, down, '1');
    if (what.endsWith('connection')) stage.endAt(down, 'hub', 'closed');
    if (what !== 'is never answered') stage.send(down, 'sub', { type: 'puback', packetId: 1 });
    const [again] = forward(stage, back(stage), '1');
    expect(isShown('delivery.dup-flag', stage, again!)).toBe(shown);
  });
});
