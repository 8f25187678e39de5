/** Which messages a verdict names, and what their obituaries say. */
import { describe, expect, it } from 'vitest';
import { obituariesOf } from '../../../src/check/lives/index.ts';
import type { RuleId } from '../../../src/check/rules/rules.ts';
import { publish, Stage } from '../../trace/stage.ts';
import { livesOf } from './pages.ts';

/** One message for three: to `ann` it comes, to `bob` not, `eve` is away. */
function played() {
  const stage = new Stage();
  stage.broker('hub');
  for (const each of ['sensor', 'ann', 'bob', 'eve']) stage.client(each);
  const sensor = stage.connect('sensor', 'hub');
  const [ann, , eve] = ['ann', 'bob', 'eve'].map((each) => {
    const wire = stage.connect(each, 'hub', { clean: false });
    stage.subscribe(wire, 't', 1);
    return wire;
  });
  stage.end(eve!);
  const sent = stage.send(sensor, 'sensor', publish('t', 'x', 1, 1));
  const arrived = stage.receive(sent);
  const accepted = stage.pass(sensor, 'hub', { type: 'puback', packetId: 1 });
  const came = stage.pass(ann!, 'hub', publish('t', 'x', 1, 1));
  return { stage, sent: sent.i, arrived, accepted, came };
}

function broken(stage: Stage, rule: RuleId, text: string, about: readonly number[]): number {
  return stage.recorder.emit({ k: 'verdict', n: 'hub', rule, outcome: 'broken', text, about });
}

describe('an obituary', () => {
  it('is of the life whose event a verdict points at', () => {
    const { stage, arrived, came } = played();
    const verdict = broken(stage, 'ordering.messages', 'hub sent ann a message late', [arrived, came]);
    expect(obituariesOf(livesOf(stage))).toMatchObject([
      {
        ...{ verdicts: [verdict], rules: ['ordering.messages'], node: 'hub', to: 'ann', fate: 'delivered' },
        ...{ message: '"x" q1 on t', publisher: 'sensor', accusation: 'hub sent ann a message late' },
      },
    ]);
  });

  it('of what never came is of the subscriber that the verdict speaks of', () => {
    for (const to of ['bob', 'eve']) {
      const { stage, sent, arrived, accepted } = played();
      const text = `a message of sensor never came to ${to}: hub never sent it`;
      broken(stage, 'delivery.at-least-once', text, [sent, arrived, accepted]);
      expect(obituariesOf(livesOf(stage)).map((each) => [each.to, each.fate])).toEqual([[to, 'never sent']]);
    }
  });

  it('of what never came to two is one for each, also when nobody is spoken of', () => {
    const { stage, sent, arrived } = played();
    for (let each = 0; each < 2; each++)
      broken(stage, 'delivery.at-least-once', 'it never came', [sent, arrived]);
    expect(obituariesOf(livesOf(stage)).map((each) => each.to)).toEqual(['bob', 'eve']);
  });

  it('is of the message alone when only its way to the broker broke a promise', () => {
    const { stage, sent } = played();
    broken(stage, 'delivery.dup-flag', 'sensor sent PUBLISH #1 with DUP 1', [sent]);
    const [obituary] = obituariesOf(livesOf(stage));
    expect(obituary).toMatchObject({
      fate: 'nobody',
      text: 'sensor sent it to hub once, and it came once. From there it went to ann, bob, eve.',
    });
    expect(obituary).not.toHaveProperty('to');
  });

  it('is one for all the verdicts that name a life, and none for a verdict about no message', () => {
    const { stage, arrived, came } = played();
    const first = broken(stage, 'ordering.messages', '', [arrived, came]);
    broken(stage, 'session.present', '', [1, 2]);
    const last = broken(stage, 'delivery.retain-flag', '', [came]);
    expect(obituariesOf(livesOf(stage)).map((each) => [each.verdicts, each.rules])).toEqual([
      [
        [first, last],
        ['ordering.messages', 'delivery.retain-flag'],
      ],
    ]);
  });

  it('of a will begins with the connection that left it', () => {
    const stage = new Stage();
    stage.broker('hub');
    for (const each of ['sensor', 'screen']) stage.client(each);
    stage.subscribe(stage.connect('screen', 'hub'), 't', 1);
    const wire = stage.connect('sensor', 'hub', { will: { topic: 't', payload: 'gone' } });
    stage.endAt(wire, 'sensor', 'reset');
    const due = stage.endAt(wire, 'hub', 'reset');
    broken(stage, 'will.due', 'the will of sensor never came to screen: hub never sent it', [due]);
    const [obituary] = obituariesOf(livesOf(stage));
    expect(obituary).toMatchObject({ message: '"gone" q1 on t, a will', to: 'screen', fate: 'never sent' });
    expect(obituary!.steps[0]!.text).toBe('sensor connects, and leaves it as its will');
  });
});
