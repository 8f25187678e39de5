/** Every malformed packet against our broker in the simulation and on TCP, and how mosquitto answers it. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { STATEMENTS } from '../../src/check/rules/statements.ts';
import { program, repository } from '../programs.ts';
import { inSimulation } from './grounds.ts';
import { corpus } from './malformed/corpus.ts';
import { malformedPage } from './malformed/page.ts';
import { onOurs, onTheirs } from './malformed/places.ts';
import { MOSQUITTO, record, recordedFile } from './malformed/theirs.ts';

const mosquitto = program('mosquitto');

/** As `mosquitto -h` has it in its first line; it ends with an error all the same. */
function releaseOf(binary: string): string {
  try {
    return execFileSync(binary, ['-h'], { encoding: 'utf8' });
  } catch (error) {
    return `${(error as { stdout?: string }).stdout}`;
  }
}

const isRecorded =
  mosquitto !== undefined && releaseOf(mosquitto).startsWith(`mosquitto version ${MOSQUITTO}\n`);

describe('the malformed packets', () => {
  it('are at least two hundred, each another, with statements that exist in their version', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(200);
    expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
    const known = new Set(STATEMENTS.map(({ id }) => id));
    const wrong = corpus.filter(
      ({ rule, version }) => !rule.startsWith(`${version}/`) || (rule.includes('MQTT-') && !known.has(rule)),
    );
    expect(wrong.map(({ name, rule }) => `${name}: ${rule}`)).toEqual([]);
  });

  for (const { name, answer, rule, dialogue, protocolVersion } of corpus) {
    it(`${name}: ${answer} in the simulation, and nobody else notices [${rule}]`, async () => {
      expect(await inSimulation(dialogue, protocolVersion)).toBeUndefined();
    });
  }

  it('are answered over TCP as in the simulation', async () => {
    const outcomes = await onOurs();
    expect(outcomes.size).toBe(corpus.length);
    const deviations = [...outcomes].filter(([, outcome]) => outcome !== undefined);
    expect(deviations.map(([{ name }, outcome]) => ({ name, ...outcome }))).toEqual([]);
  });

  it.skipIf(!isRecorded)('are answered by mosquitto as it is written down', async () => {
    const outcomes = await onTheirs(mosquitto!);
    await expect(record(outcomes)).toMatchFileSnapshot(recordedFile);
  });

  it('are listed in docs/malformed.md as they are', async () => {
    await expect(malformedPage()).toMatchFileSnapshot(join(repository, 'docs', 'malformed.md'));
  });
});
