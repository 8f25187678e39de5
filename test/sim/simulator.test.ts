import { describe, expect, test } from 'vitest';
import { LimitError, Simulator, type SimulatorLimits } from '../../src/sim/simulator.ts';
import { Recorder } from '../../src/trace/recorder.ts';

function simulator(limits: SimulatorLimits = {}): Simulator {
  const header = {
    amber: 'test',
    scenario: 'test',
    seed: '1',
    parameters: {},
    vantage: 'both-ends' as const,
  };
  return new Simulator(new Recorder({ level: 'full', header }), limits);
}

describe('the simulator', () => {
  test('runs until nothing is left, at the times of the events', () => {
    const one = simulator();
    const times: number[] = [];
    one.at(5, () => times.push(one.now));
    one.at(2, () => {
      times.push(one.now);
      one.at(9, () => times.push(one.now));
    });
    expect(one.run()).toBe('empty');
    expect(times).toEqual([2, 5, 9]);
    expect(one.now).toBe(9);
  });

  test('runs up to a time, what is due then included, and sets the clock to it', () => {
    const one = simulator();
    const times: number[] = [];
    for (const at of [1, 2, 3]) one.at(at, () => times.push(at));
    expect(one.run(2)).toBe('time');
    expect(times).toEqual([1, 2]);
    expect(one.run(10)).toBe('empty');
    expect([one.now, one.recorder.now]).toEqual([10, 10]);
  });

  test('comes back after the event in which a script woke', () => {
    const one = simulator();
    const times: number[] = [];
    one.at(1, () => one.wakeScript());
    one.at(1, () => times.push(1));
    expect(one.run()).toBe('script');
    expect(times).toEqual([]);
    expect(one.run()).toBe('empty');
    expect(times).toEqual([1]);
  });

  test('gives each event the cause that was current when it was planned', () => {
    const one = simulator();
    const causes: number[] = [];
    one.at(1, () => {
      one.record({ k: 'note', n: '', text: 'first' });
      one.at(3, () => causes.push(one.recorder.cause));
    });
    one.at(2, () => {
      one.record({ k: 'note', n: '', text: 'second' });
    });
    one.at(3, () => causes.push(one.recorder.cause));
    one.run();
    expect(causes).toEqual([0, 1]);
    expect(one.recorder.cause).toBe(0);
  });

  test('refuses the past', () => {
    const one = simulator();
    one.run(10);
    expect(() => one.at(9, () => {})).toThrow('an event cannot be planned for 9us: it is 10us already');
  });

  test('says which limit a run without end has reached', () => {
    const endless = (one: Simulator): void => {
      one.at(one.now + 1_000_000, () => endless(one));
    };
    const events = simulator({ events: 100 });
    endless(events);
    expect(() => events.run()).toThrow(
      'the run reached its limit of 100 events at 00:01:40.000000 of virtual time',
    );
    const time = simulator({ micros: 60_000_000 });
    endless(time);
    expect(() => time.run()).toThrow(LimitError);
    expect(time.now).toBe(60_000_000);
  });
});
