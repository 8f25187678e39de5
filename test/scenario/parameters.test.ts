import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkParameters, type Parameters, resolveParameters } from '../../src/scenario/parameters.ts';

const parameters = {
  loss: { default: 0.02, range: [0, 0.3], unit: 'of segments' },
  clients: { default: 10, range: [1, 100], whole: true },
  latency: { default: '20ms', range: ['1ms', '2s'] },
  qos: { default: 1, values: [0, 1, 2] },
  durability: { default: 'sync', values: ['sync', 'none'] },
  retain: { default: false },
} as const satisfies Parameters;

describe('the parameters of a scenario', () => {
  it('are their defaults until they are set', () => {
    expect(resolveParameters(parameters)).toEqual({
      loss: 0.02,
      clients: 10,
      latency: '20ms',
      qos: 1,
      durability: 'sync',
      retain: false,
    });
  });

  it('can be set as values and as the text of a command line', () => {
    const set = { loss: '0.3', clients: 100, latency: '1.5s', qos: '2', durability: 'none', retain: 'true' };
    expect(resolveParameters(parameters, set)).toEqual({
      loss: 0.3,
      clients: 100,
      latency: '1.5s',
      qos: 2,
      durability: 'none',
      retain: true,
    });
  });

  it.each([
    [{ loss: 0.4 }, "the parameter 'loss' is 0.4; it can be 0 to 0.3 of segments"],
    [{ loss: 'much' }, 'the parameter \'loss\' must be a number, not "much"'],
    [{ loss: '' }, 'the parameter \'loss\' must be a number, not ""'],
    [{ clients: 1.5 }, "the parameter 'clients' is 1.5; it must be a whole number"],
    [{ latency: '3s' }, "the parameter 'latency' is 3s; it can be 1ms to 2s"],
    [
      { latency: 20 },
      "the parameter 'latency' is the bare number 20; write it with a unit, as '20ms' or '20s'",
    ],
    [{ qos: 3 }, "the parameter 'qos' is 3; it can be 0, 1, 2"],
    [{ durability: 'some' }, 'the parameter \'durability\' is "some"; it can be "sync", "none"'],
    [{ retain: 'yes' }, 'the parameter \'retain\' is "yes"; it can be true or false'],
    [
      { los: 1 },
      "there is no parameter 'los'; this scenario has loss, clients, latency, qos, durability, retain",
    ],
    [
      { toString: 1 },
      "there is no parameter 'toString'; this scenario has loss, clients, latency, qos, durability, retain",
    ],
  ])('refuse %j', (set, message) => {
    expect(() => resolveParameters(parameters, set as never)).toThrow(message);
  });

  it.each([
    [
      { x: { default: 1 } },
      "the parameter 'x' needs what it can be: a range such as [0, 10], or values such as ['a', 'b']",
    ],
    [{ x: { default: 1, range: [2, 3] } }, "the parameter 'x' is 1; it can be 2 to 3"],
    [{ x: { default: 2, range: [3, 1] } }, "the range of the parameter 'x' ends (1) before it begins (3)"],
    [
      { x: { default: 1, range: [0, 1], values: [1] } },
      "the parameter 'x' has both a range and values; keep one of them",
    ],
    [{ 'x y': { default: true } }, "the parameter \"x y\" needs a name of letters, digits, '-' and '_'"],
    [{ x: 3 }, "the parameter 'x' needs a default: { default: 0.02, range: [0, 0.3] }"],
    [null, 'parameters must be an object'],
  ])('are refused where they are declared as %j', (declared, message) => {
    expect(() => checkParameters(declared as never)).toThrow(message);
  });

  it('take every number of their range as text and give it back', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.3, noNaN: true }), (loss) => {
        expect(resolveParameters(parameters, { loss: `${loss}` }).loss).toBe(
          loss === 0 ? Number(`${loss}`) : loss,
        );
      }),
      { seed: 2 },
    );
  });
});
