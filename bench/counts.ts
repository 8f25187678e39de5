/**
 * What does not depend on the machine: events, bytes and allocations a packet, the length of the queue, the seeds that the zoo takes.
 * A smoke run compares them with `bench/counts.json`; whoever changes one for a reason pins it anew with `npm run bench -- --pin`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TransportName } from '../src/sim/duplex-link.ts';
import { Recorder, type Way } from '../src/trace/recorder.ts';
import type { Row } from './measure.ts';
import { activeWorld, HEADER, SECOND } from './simulation.ts';

const CLIENTS = 100;
const SECONDS = 20;
/** Allocations differ by this share between versions of Node and places of the process in memory. */
const TOLERANCE: Readonly<Record<string, number>> = { 'allocated bytes': 0.05 };
const PINNED = join(import.meta.dirname, 'counts.json');

/** Counts what is sent. */
class Counter extends Recorder {
  packets = 0;
  bytes = 0;

  override sent(way: Way, bytes: Uint8Array, malformed?: string): number {
    this.packets++;
    this.bytes += bytes.length;
    return super.sent(way, bytes, malformed);
  }
}

function worldRows(transport: TransportName): Row[] {
  const counter = new Counter({ level: 'digest', header: HEADER });
  const { world } = activeWorld(CLIENTS, transport, 4, counter, () => {});
  const { simulator } = world;
  simulator.run(SECONDS * SECOND);
  const row = (what: string, value: number, unit: string): Row => ({
    what: `${what}, ${transport}`,
    value,
    unit,
  });
  return [
    row('events', simulator.events / counter.packets, 'a packet'),
    row('bytes on the wire', counter.bytes / counter.packets, 'a packet'),
    row('pending events', simulator.queue.size / CLIENTS, 'a client'),
  ];
}

/** In a process of its own, which neither collects nor optimises. */
function allocatedRow(): Row {
  const flags = ['--no-opt', '--single-threaded', '--min-semi-space-size=256', '--max-semi-space-size=256'];
  const script = join(import.meta.dirname, '../scripts/bench.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, script, '--allocated'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`allocations could not be counted: ${stderr}`);
  return { what: 'allocated bytes', value: Number(stdout), unit: 'a packet' };
}

export function countRows(): Row[] {
  return [...worldRows('ideal'), ...worldRows('tcp'), allocatedRow()];
}

type Pinned = Record<string, number>;

/** What differs from what is pinned, in a line each. */
export function changesOf(rows: readonly Row[]): string[] {
  const pinned: Pinned = existsSync(PINNED) ? JSON.parse(readFileSync(PINNED, 'utf8')) : {};
  const changes: string[] = [];
  for (const { what, value, unit } of rows) {
    const expected = pinned[what];
    const tolerance = TOLERANCE[what] ?? 1e-9;
    if (expected === undefined || Math.abs(value - expected) > expected * tolerance) {
      changes.push(`${what}: ${value} ${unit} instead of ${expected ?? 'nothing'}`);
    }
  }
  return changes;
}

export function pin(rows: readonly Row[]): void {
  const pinned = Object.fromEntries(rows.map(({ what, value }) => [what, value]));
  writeFileSync(PINNED, `${JSON.stringify(pinned, undefined, 2)}\n`);
}
