import { describe, expect, it } from 'vitest';
import { FailureFileError, parseFailure } from '../../src/runner/failure.ts';

const fault = {
  ...{ id: 'a~hub/partition#1', at: 5, family: 'partition', target: 'a~hub' },
  ...{ detail: { direction: 'both' }, duration: 7 },
};
const saved = {
  ...{ format: 'amber-failure', version: 1, amber: '0.1.0', file: 'a.ts', modules: 'f00d', scenario: 'a' },
  ...{ seed: '1', parameters: {}, transport: 'tcp', profile: 'swarm', mutant: 'canary' },
  ...{ filter: { plan: [fault], only: ['x'], without: [] }, omit: ['a/publish#1'], faults: [fault] },
  ...{ outcome: 'failed', broke: 'will.due', detail: '', digest: 'd' },
};

describe('a saved failure', () => {
  it('is read back as it was written', () => {
    expect(parseFailure(JSON.stringify(saved), 'x.json')).toEqual(saved);
  });

  it.each([
    ['its format', { format: 'other' }, 'is no saved failure'],
    ['its version', { version: 2 }, 'version 2'],
    ['its seed', { seed: 7 }, `'seed' is no text`],
    ['its parameters', { parameters: [] }, `'parameters' is no object`],
    ['its transport', { transport: 'carrier pigeon' }, `'transport' can be tcp, ideal`],
    ['its profile', { profile: 'mild' }, `'profile' can be calm, flaky, hostile, swarm`],
    ['its mutant', { mutant: 5 }, `'mutant' is no text`],
    ['what it omits', { omit: 5 }, `'omit' is no list`],
    ['a call that it omits', { omit: [1] }, `'omit' is no list`],
    ['its filter', { filter: 'x' }, `'filter' is no object`],
    ['the faults it keeps', { filter: { only: 5 } }, `'filter.only' is no list`],
    ['the faults it leaves out', { filter: { without: [{}] } }, `'filter.without' is no list`],
    ['its plan', { filter: { plan: {} } }, `'filter.plan' is no list`],
    ['the time of a fault', { filter: { plan: [{ ...fault, at: 'noon' }] } }, `'filter.plan' is no list`],
    ['the family of a fault', { filter: { plan: [{ ...fault, family: 'x' }] } }, `'filter.plan' is no list`],
    [
      'an occasion',
      { filter: { also: [{ ...fault, occasion: { of: 'lunch' } }] } },
      `'filter.also' is no list`,
    ],
    ['a fault', { filter: { plan: [null] } }, `'filter.plan' is no list`],
  ])('is refused in one line when somebody has spoilt %s', (_what, change, message) => {
    const read = () => parseFailure(JSON.stringify({ ...saved, ...change }), 'x.json');
    expect(read).toThrow(FailureFileError);
    expect(read).toThrow(/^x\.json[^\n]*$/);
    expect(read).toThrow(message);
  });
});
