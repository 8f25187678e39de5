import { describe, expect, it } from 'vitest';
import { DirectedLink } from '../../src/sim/link.ts';
import { type PresetName, presets } from '../../src/sim/presets.ts';
import { parseDuration } from '../../src/sim/time.ts';
import { Wire } from './tcp/wire.ts';

const MS = 1_000;
const S = 1_000_000;

function options(name: PresetName) {
  const { latency, ...rest } = presets[name];
  return { latencyMicros: parseDuration(latency), ...rest };
}

/** Round trips of a ping of 84 bytes, in milliseconds, sorted. */
function roundTrips(name: PresetName): number[] {
  const there = new DirectedLink(options(name), 1);
  const back = new DirectedLink(options(name), 2);
  const found: number[] = [];
  for (let i = 0; i < 20_000; i++) {
    const at = i * 20 * S;
    const arrival = there.send(at, 84, i);
    if (typeof arrival !== 'number') continue;
    const reply = back.send(arrival, 84, i);
    if (typeof reply === 'number') found.push((reply - at) / MS);
  }
  return found.sort((a, b) => a - b);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length;
const at = (values: readonly number[], share: number): number => values[Math.floor(share * values.length)]!;

describe('presets', () => {
  it('lan: a fifth of a millisecond', () => {
    expect(mean(roundTrips('lan'))).toBeCloseTo(0.2, 1);
  });

  it('wifi: 3 ms in the middle, 20 ms at 90 %, 250 ms at 99 %', () => {
    const times = roundTrips('wifi');
    expect(at(times, 0.5)).toBeGreaterThan(2.5);
    expect(at(times, 0.5)).toBeLessThan(3.5);
    expect(at(times, 0.9)).toBeGreaterThan(17);
    expect(at(times, 0.9)).toBeLessThan(25);
    expect(at(times, 0.99)).toBeGreaterThan(210);
    expect(at(times, 0.99)).toBeLessThan(290);
  });

  it('lte: 52 to 60 ms on average', () => {
    expect(mean(roundTrips('lte'))).toBeGreaterThan(52);
    expect(mean(roundTrips('lte'))).toBeLessThan(60);
  });

  it('nbiot: 837 ms, never more than some ten seconds', () => {
    const times = roundTrips('nbiot');
    expect(at(times, 0.5)).toBeGreaterThan(780);
    expect(at(times, 0.5)).toBeLessThan(900);
    expect(times[times.length - 1]!).toBeLessThan(20_700);
  });

  it('satellite: 600 ms', () => {
    expect(mean(roundTrips('satellite'))).toBeGreaterThan(590);
    expect(mean(roundTrips('satellite'))).toBeLessThan(610);
  });

  it('all carry a stream to its end', () => {
    for (const name of ['lan', 'wifi', 'lte', 'nbiot', 'satellite'] as const) {
      const wire = new Wire({ seed: 4, there: options(name) });
      wire.dialler.end.dial(0);
      wire.run(60 * S);
      wire.write(wire.dialler, 50_000);
      wire.run();
      expect(wire.listener.readable, name).toBe(50_000);
      expect(wire.pending).toBe(0);
    }
  });
});
