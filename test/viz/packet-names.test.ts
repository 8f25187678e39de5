/** What packets are called where there is little room: in lessons by their whole names, also on a telephone. */
import { expect, it } from 'vitest';
import { qos0 } from '../../viz/lessons/06-qos-0.ts';
import { qos1 } from '../../viz/lessons/07-qos-1.ts';
import { qos2 } from '../../viz/lessons/08-qos-2.ts';
import { pictured } from './pictured.ts';

/** Beside the times in the margin of a telephone. */
const WIDTH = 314;
const ZOOM = 0.8;

const RUNS = [qos0, qos1, qos2].flatMap(({ change, seed, story }) =>
  change.choices.map(({ value }) => [story, { [change.parameter]: value }, seed] as const),
);

it.each(RUNS)(
  'no packet that delivers or connects in %s with %o has a name that is shortened',
  async (story, parameters, seed) => {
    const { arrows } = await pictured(story, { seed, parameters }, WIDTH, ZOOM);
    const names = arrows.flatMap(
      ({ label }) => label?.spans.find(({ style }) => style === 'type')?.text ?? [],
    );
    expect(names.filter((name) => name === 'PUBLISH').length).toBeGreaterThan(1);
    const whole = /^(CONNECT|CONNACK|PUB(LISH|ACK|REC|REL|COMP))$/;
    expect(names.filter((name) => !name.startsWith('SUB') && !whole.test(name))).toEqual([]);
  },
);

it('a packet that is sent again says so beside its whole name and its number', async () => {
  const { arrows } = await pictured('lessons/qos-2', { seed: 5, parameters: { cut: 'PUBREC' } }, WIDTH, ZOOM);
  const words = arrows.map(({ label }) => label?.spans.map(({ text }) => text).join(' '));
  expect(words).toContain('PUBLISH #1 DUP');
});
