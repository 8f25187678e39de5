import { describe, expect, it } from 'vitest';
import { isScenario, scenario } from '../../src/scenario/scenario.ts';
import { told } from './told.ts';

const script = () => {};

describe('a scenario', () => {
  it('is known by its brand', () => {
    expect(isScenario(scenario('Nothing happens', script))).toBe(true);
    expect(isScenario({ name: 'Nothing happens', options: {}, script })).toBe(false);
  });

  it.each(['3.1', '3.1.1', '5.0'] as const)('speaks MQTT %s when it says so', async (protocol) => {
    const { error, trace } = await told(
      async (sim) => {
        await sim.client('lamp').connect(sim.broker('hub'));
      },
      { scenario: { protocol, checks: 'none' } },
    );
    expect(error).toBeUndefined();
    expect(trace.find((event) => event.k === 'packet.sent')).toMatchObject({
      v: { '3.1': 3, '3.1.1': 4, '5.0': 5 }[protocol],
    });
  });

  it.each([
    [{ parametres: {} }, "the scenario 'x' has no option 'parametres'; it has parameters, protocol,"],
    [null, "the options of the scenario 'x' must be an object such as { parameters: ... }, not null"],
    [{ parameters: null }, 'parameters must be an object'],
    [{ durability: 'some' }, 'durability of the scenario \'x\' is "some"; it can be sync, interval, none'],
    [
      { known: { 'ordering.mesages': 'aedes #649' } },
      "names 'ordering.mesages', which is no rule; of that family there are ordering.messages, ordering.redelivery",
    ],
    [{ known: { odd: 'x' } }, "names 'odd', which is no rule; a rule is of one of the families delivery,"],
    [{ known: { 'ordering.messages': '' } }, "must say of 'ordering.messages' what is known, in 1 to 500"],
    [{ known: 'ordering.messages' }, "known of the scenario 'x' must be an object such as"],
    [{ checks: 'no' }, 'checks of the scenario \'x\' is "no"; it can be all, none'],
    [{ protocol: '4' }, 'the protocol of the scenario \'x\' is "4"; it can be'],
    [{ limit: 5 }, "limit of the scenario 'x' is the bare number 5"],
  ])('is refused where it is declared with %j', (options, message) => {
    expect(() => scenario('x', options as never, script)).toThrow(message);
  });

  it.each([[''], ['x'.repeat(201)], ['a\nb'], ['\u001b[31mred'], [5]])('cannot have the name %j', (name) => {
    expect(() => scenario(name as never, script)).toThrow('a scenario needs a name of 1 to 200 characters');
  });
});
