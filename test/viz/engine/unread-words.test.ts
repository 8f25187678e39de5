import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../../src/check/index.ts';
import { MUTANTS } from '../../../src/zoo/index.ts';
import { withoutWords } from '../../../viz/engine/build/unread-words.ts';

const built = fileURLToPath(new URL('../../../dist/viewer/', import.meta.url));

describe('the rules in the engine of the page', () => {
  it('lose what they mean, and nothing else', () => {
    const text = `const RULES = {
      'a.b': { meaning: 'one thing', statements: ['5.0/MQTT-3.1.0-1'], vantage: WIRE },
      'c.d': {
        meaning:
          'another, with meaning: in it',
        statements: [],
      },
    } as const satisfies Readonly<Record<string, Rule>>;`;
    expect(withoutWords(text, ['meaning'])).toBe(
      text.replace("'one thing'", "''").replace("'another, with meaning: in it'", "''"),
    );
  });

  it('have their names there as they are built, and their words where they are shown', () => {
    const [engine, judge] = ['engine-worker.js', 'judge-worker.js'].map((file) =>
      readFileSync(`${built}${file}`, 'utf8'),
    );
    for (const [rule, { meaning }] of Object.entries(RULES)) {
      expect(engine).toContain(rule);
      expect(engine).not.toContain(meaning);
      expect(judge).toContain(meaning);
    }
  });
});

describe('the mutants in the engine of the page', () => {
  it('lose what is said of them, and nothing of what they do', () => {
    const text = `export const mutant: Mutant = {
      name: 'twice',
      wrong: 'everything comes twice',
      seen: ['aedes#1', 'hivemq#2'],
      begin: () => ({ seen: false, wrong, ...sending('puback', ({ seen }) => [seen]) }),
    };`;
    expect(withoutWords(text, ['wrong', 'seen'])).toBe(
      text.replace("'everything comes twice'", "''").replace("['aedes#1', 'hivemq#2']", '[]'),
    );
  });

  it('have their names there as they are built', () => {
    const engine = readFileSync(`${built}engine-worker.js`, 'utf8');
    for (const { name, wrong } of MUTANTS) {
      expect(engine).toContain(name);
      expect(engine).not.toContain(wrong);
    }
  });
});
