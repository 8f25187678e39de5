/** `npm run lessons`: goes through every lesson as a reader would, and says what is wrong with it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { qos1 } from '../../../viz/lessons/07-qos-1.ts';
import { qos2 } from '../../../viz/lessons/08-qos-2.ts';
import { keepAlive } from '../../../viz/lessons/11-keep-alive.ts';
import type { LackOfMutant, LackOfStory, Lesson } from '../../../viz/lessons/lesson.ts';
import { LESSONS } from '../../../viz/lessons/lessons.ts';
import { repository } from '../../programs.ts';
import { lessonFaults } from './lesson-faults.ts';

describe('the lessons', () => {
  it.each(LESSONS.map((lesson) => [lesson.name, lesson] as const))(
    '%s: every step comes, one prediction is right, right answers pass and wrong ones do not',
    async (_, lesson) => {
      expect(await lessonFaults(lesson)).toEqual([]);
    },
  );
});

describe('docs/writing-lessons.md', () => {
  it('shows the story of lesson 7 as it is, and names files that are there', () => {
    const page = readFileSync(join(repository, 'docs/writing-lessons.md'), 'utf8');
    expect(page).toContain(readFileSync(join(repository, 'sims/lessons/qos-1.ts'), 'utf8'));
    const named = [...page.matchAll(/\]\((?:\.\.\/)(viz\/lessons\/[^)]+)\)/g)].map(([, path]) => path!);
    expect(named.length).toBeGreaterThan(4);
    for (const path of named) expect(existsSync(join(repository, path)), path).toBe(true);
  });
});

describe('the checker of lessons', () => {
  const faultsWith = (changed: Partial<Lesson>): Promise<string[]> => lessonFaults({ ...qos1, ...changed });

  it('finds a step that never comes, also in a run that was changed', async () => {
    const [choice, other] = qos1.change.choices;
    const never = { at: 'type:PUBREL', text: 'At QoS 1 there is no PUBREL.' };
    const broken = { ...choice!, steps: [never] };
    expect(await faultsWith({ watch: [never] })).toEqual([
      'step 1 of the first run never comes: "type:PUBREL" matches nothing',
    ]);
    expect(await faultsWith({ change: { ...qos1.change, choices: [broken, other!] } })).toEqual([
      'step 1 of the run with cut PUBLISH never comes: "type:PUBREL" matches nothing',
    ]);
  });

  it('finds that a bug makes no difference, or not the one that is told', async () => {
    const [forgetting, swallowing] = qos2.lack as readonly [LackOfMutant, LackOfStory];
    const lacking = (changed: Partial<LackOfMutant>): Promise<string[]> =>
      lessonFaults({ ...qos2, lack: [{ ...forgetting, ...changed }] });
    expect(await lacking({ holds: [{ of: 'type:PUBLISH from:till dup' }] })).toEqual([
      'what the run with cut PUBREC and qos2-forgotten should show happens without qos2-forgotten as well',
    ]);
    expect(await lacking({ holds: [{ of: 'kind:app.delivered at:bank', is: 3 }] })).toEqual([
      'what the run with cut PUBREC and qos2-forgotten should show does not happen',
    ]);
    expect(
      await lessonFaults({
        ...qos2,
        lack: [{ ...swallowing, holds: [{ of: 'kind:app.delivered at:bank' }] }],
      }),
    ).toEqual(['what the run of lessons/two-packets should show happens with packets 4 as well']);
  });

  it('finds a filter that is none, and a story that is not there', async () => {
    expect(await faultsWith({ watch: [{ at: 'typ:PUBLISH', text: '?' }] })).toEqual([
      expect.stringMatching(/^"typ:PUBLISH" is no filter: .+ \(at character 1\)$/),
    ]);
    expect(await faultsWith({ story: 'lessons/none' })).toEqual(['there is no story sims/lessons/none.ts']);
  });

  it('finds a prediction that nothing, or more than one answer, makes right', async () => {
    const [first, second, third] = qos1.prediction.expectations;
    const asked = (expectations: Lesson['prediction']['expectations']) =>
      faultsWith({ prediction: { ...qos1.prediction, expectations } });
    expect(await asked([first!, second!])).toContain(
      'of the run with cut PUBACK 0 expectations are right, and it has to be one: none',
    );
    expect(await asked([second!, third!, { ...third!, text: 'Two times' }])).toContain(
      'of the run with cut PUBACK 2 expectations are right, and it has to be one: "Twice", "Two times"',
    );
  });

  it('finds a goal that nothing reaches, and one that needs nothing', async () => {
    const goal = (of: string, is: number) => faultsWith({ goal: { ...qos1.goal, holds: [{ of, is }] } });
    expect(await goal('kind:app.delivered at:screen', 7)).toContain(
      'the goal cannot be reached: no choice brings it about',
    );
    expect(await goal('type:CONNECT from:screen kind:packet.sent', 1)).toContain(
      'the goal is reached by the first run: nothing would have to be changed',
    );
  });

  it('finds an item about bytes that cannot be answered, or that any byte answers', async () => {
    const bytes = { question: '?', hint: 'Think.', told: '!', packet: 'type:PUBLISH from:sensor' };
    expect(await faultsWith({ bytes: { ...bytes, field: 'Will QoS' } })).toEqual([
      'the item about bytes cannot be answered: the packet has no such field, or no number in it',
    ]);
    expect(await faultsWith({ bytes: { ...bytes, packet: 'type:PUBREL', read: 'size' } })).toEqual([
      'the item about bytes has no packet: "type:PUBREL" matches none with bytes',
    ]);
    const ping = { ...bytes, packet: 'type:PINGREQ', field: 'Fixed Header' };
    expect(await lessonFaults({ ...keepAlive, bytes: ping })).toContain(
      'every byte is right: the field is the whole packet',
    );
  });

  it('finds a statement that does not exist', async () => {
    const nowhere = `5.0/${'MQTT'}-9.9.9-9`;
    expect(await faultsWith({ standard: `It says so [${nowhere}].` })).toEqual([
      `standard: there is no statement [${nowhere}]`,
    ]);
    expect(await faultsWith({ standard: 'It says so.' })).toEqual([
      'standard names no statement: [5.0/MQTT-3.3.1-2]',
    ]);
  });
});
