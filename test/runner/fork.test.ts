/** A run and the same run with a fault added: what happened before the fault stays as it was, to the byte. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Scenario } from 'mqtt-amber';
import { describe, expect, it } from 'vitest';
import { type RunResult, run } from '../../src/runner/run.ts';
import type { Fault } from '../../src/sim/fault.ts';
import { isFault } from '../../src/sim/fault-data.ts';
import type { TraceEvent, TraceHeader } from '../../src/trace/event.ts';
import { eventLine } from '../../src/trace/jsonl.ts';
import { repository } from '../programs.ts';

const surroundings = { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) };

interface Told {
  readonly header: TraceHeader;
  readonly events: readonly TraceEvent[];
  readonly lines: readonly string[];
  readonly result: RunResult;
}

async function tell(story: Scenario, seed: number, also: readonly Fault[] = []): Promise<Told> {
  const events: TraceEvent[] = [];
  const lines: string[] = [];
  let header: TraceHeader | undefined;
  const result = await run(
    story,
    {
      seed,
      level: 'full',
      ...(also.length === 0 ? {} : { faults: { also } }),
      onStart: (first) => {
        header = first;
      },
      onEvent: (event) => {
        events.push(event);
        lines.push(eventLine(event));
      },
    },
    surroundings,
  );
  return { header: header!, events, lines, result };
}

/** The runs without a fault are asked for again and again. */
const whole = new Map<string, Promise<Told>>();

function toldBefore(file: string, story: Scenario, seed: number): Promise<Told> {
  const key = `${file} ${seed}`;
  const known = whole.get(key) ?? tell(story, seed);
  whole.set(key, known);
  return known;
}

const folder = join(repository, 'sims');
/** A thousand clients are the same as a few here, and take longer. */
const stories = readdirSync(folder).filter((file) => file.endsWith('.ts') && file !== 'reconnect-storm.ts');

/** What chance picks of the things in a trace: a share of all of them. */
function pick<T>(all: readonly T[], share: number): T {
  return all[Math.min(all.length - 1, Math.floor(all.length * share))]!;
}

type Shape = (told: Told, at: number, share: number) => Omit<Fault, 'id' | 'at'>;

const linksOf = ({ events }: Told) => events.flatMap((event) => (event.k === 'link.added' ? [event] : []));
const nodesOf = ({ events }: Told) =>
  events.flatMap((event) => (event.k === 'node.added' && event.role !== 'peer' ? [event.n] : []));

const SHAPES: Readonly<Record<string, Shape>> = {
  cut: (told, _at, share) => ({
    family: 'partition',
    target: pick(linksOf(told), share).link,
    duration: 3_000_000,
    detail: { direction: 'both' },
  }),
  'cut for good': (told, _at, share) => ({
    family: 'partition',
    target: pick(linksOf(told), share).link,
    detail: { direction: 'both' },
  }),
  reset: (told, _at, share) => ({ family: 'reset', target: pick(linksOf(told), share).link, detail: {} }),
  crash: (told, _at, share) => ({
    family: 'crash',
    target: pick(nodesOf(told), share),
    duration: 1_000_000,
    detail: {},
  }),
  pause: (told, _at, share) => ({
    family: 'pause',
    target: pick(nodesOf(told), share),
    duration: 5_000_000,
    detail: {},
  }),
};

describe('a run that forks', () => {
  it('keeps what happened before the fault, to the byte, and has the fault in its list and in its header', async () => {
    let struck = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...stories),
        fc.integer({ min: 1, max: 3 }),
        fc.double({ min: 0, max: 0.95, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(...Object.keys(SHAPES)),
        async (file, seed, moment, share, shape) => {
          const { default: story } = (await import(join(folder, file))) as { default: Scenario };
          const before = await toldBefore(file, story, seed);
          const at = pick(before.events, moment).t + 1;
          const made = SHAPES[shape]!(before, at, share);
          const fault: Fault = { id: `${made.target}/${made.family}@${at}`, at, ...made };
          expect(isFault(fault)).toBe(true);
          const after = await tell(story, seed, [fault]);
          const past = before.lines.filter((_line, index) => before.events[index]!.t < at);
          expect(after.lines.slice(0, past.length)).toEqual(past);
          expect(after.header).toEqual({ ...before.header, faults: [fault] });
          const began = after.events[past.length];
          // One that would change nothing, as the death of the dead, never was.
          if (after.result.struck.some(({ id }) => id === fault.id)) {
            struck++;
            expect(began).toMatchObject({ k: 'fault.began', t: at, fault: fault.id });
          }
        },
      ),
      { numRuns: 24, seed: 20261127 },
    );
    expect(struck).toBeGreaterThan(15);
  });

  it.each(['drop', 'delay 2s', 'reset', 'cut 3s'])(
    'at a packet keeps all up to its sending, and strikes that packet alone: %s',
    async (deed) => {
      let later = 0;
      for (const file of ['flapping-uplink.ts', 'qos-under-cuts.ts', 'websocket.ts', 'sessions.ts']) {
        const { default: story } = (await import(join(folder, file))) as { default: Scenario };
        const before = await toldBefore(file, story, 2);
        const sent = before.events.flatMap((event) => (event.k === 'packet.sent' ? [event] : []));
        for (const share of [0.1, 0.5, 0.8]) {
          const packet = pick(sent, share);
          const siblings = sent.filter(({ conn, n }) => conn === packet.conn && n === packet.n);
          const link = linksOf(before).find(({ a, b }) =>
            [`${a}>${b}`, `${b}>${a}`].includes(packet.conn.replace(/#\d+$/, '')),
          )!;
          const fault: Fault = {
            id: `${link.link}/by-hand@${packet.i}`,
            at: packet.t,
            target: link.link,
            ...(deed === 'reset'
              ? { family: 'reset', detail: {} }
              : { family: 'rule', detail: { verdict: deed } }),
            ...(deed === 'cut 3s' ? { duration: 3_000_000 } : {}),
            occasion: {
              of: 'packet',
              side: 'before',
              connection: packet.conn,
              from: packet.n,
              nth: siblings.indexOf(packet) + 1,
            },
          };
          const after = await tell(story, 2, [fault]);
          expect(after.lines.slice(0, packet.i), `${file} ${share}`).toEqual(before.lines.slice(0, packet.i));
          const began = after.events.filter(({ k }) => k === 'fault.began').map((event) => event as never);
          expect(began, `${file} ${share}`).toContainEqual(expect.objectContaining({ fault: fault.id }));
          const received = ({ events }: Told) =>
            events.find((event) => event.k === 'packet.received' && event.of === packet.i)?.t ?? Infinity;
          // What was lost on its way in any case comes no later.
          expect(received(after), `${file} ${share}`).toBeGreaterThanOrEqual(received(before));
          if (received(after) > received(before)) later++;
        }
      }
      expect(later).toBeGreaterThan(9);
    },
  );
});
