/** Every dialogue against our broker in the simulation and on TCP, and against mosquitto. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { STATEMENTS } from '../../src/check/rules/statements.ts';
import { program, repository } from '../programs.ts';
import { differences } from './differences.ts';
import { dialogues, inParallel, inSimulation, onMosquitto, onSocket, performances } from './grounds.ts';
import { dialoguesPage } from './page.ts';

const AT_ONCE = 16;

describe('the dialogues', () => {
  it('are at least sixty, each with a title of its own and statements that exist', () => {
    expect(dialogues.length).toBeGreaterThanOrEqual(60);
    expect(new Set(dialogues.map(({ title }) => title)).size).toBe(dialogues.length);
    const known = new Set(STATEMENTS.map(({ id }) => id));
    const unknown = dialogues.flatMap(({ name, proves }) =>
      proves.filter((id) => id.includes('MQTT-') && !known.has(id)).map((id) => `${name}: ${id}`),
    );
    expect(unknown).toEqual([]);
  });

  it.each(performances)(
    '$name goes as it is written in the simulation, and the judge has no objection',
    async ({ dialogue, version }) => {
      expect(await inSimulation(dialogue, version)).toBeUndefined();
    },
  );

  it('go as they are written over TCP', async () => {
    const outcomes = await inParallel(performances, AT_ONCE, ({ dialogue, version }) =>
      onSocket(dialogue, version),
    );
    const deviations = outcomes.flatMap((outcome, at) =>
      outcome === undefined ? [] : [{ name: performances[at]!.name, ...outcome }],
    );
    expect(deviations).toEqual([]);
  });

  it.skipIf(program('mosquitto') === undefined)(
    'go the same way with mosquitto, but for the differences that are listed with what decides',
    async () => {
      const binary = program('mosquitto')!;
      const outcomes = await inParallel(performances, AT_ONCE, ({ dialogue, version }) =>
        onMosquitto(binary, dialogue, version),
      );
      const unexplained = outcomes.flatMap((outcome, at) => {
        const { name } = performances[at]!;
        const listed = differences.find(({ dialogue }) => dialogue === name);
        if (outcome === undefined) return listed === undefined ? [] : [`${name}: listed, and did not occur`];
        if (listed !== undefined && outcome.got.startsWith(listed.got)) return [];
        return [`${name}: line ${outcome.line}: ${outcome.expected}: ${outcome.got}`];
      });
      expect(unexplained).toEqual([]);
    },
  );

  it('are listed in docs/dialogues.md as they are', async () => {
    await expect(dialoguesPage()).toMatchFileSnapshot(join(repository, 'docs', 'dialogues.md'));
  });
});
