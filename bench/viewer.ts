/**
 * Row 19 of the goals, as far as it needs no browser: how soon a trace of a million packets can be used and is complete, what it
 * weighs, and what questions about it cost. Reader and index are those of the viewer's worker; the streams are Node's.
 */
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGunzip, gunzipSync } from 'node:zlib';
import { TraceReader } from '../src/trace/reader.ts';
import { fillingOf, type TraceIndex } from '../viz/index/trace-index.ts';
import { CENSUS_KINDS } from '../viz/layout/census.ts';
import { stage } from '../viz/layout/scene.ts';
import { atReference, type Cal } from './cal.ts';
import { type LongTrace, writeLongTrace } from './long-trace.ts';
import { cpuMillis, median, type Pace, type Row } from './measure.ts';
import { heldBytes } from './memory.ts';

/** Of each of 200 clients. */
const MESSAGES: Record<Pace, number> = { full: 1_100, smoke: 3 };
const MESSAGES_FULL: Record<Pace, number> = { full: 40, smoke: 2 };
const QUESTIONS = 200;
const BINS = 1_000;
/** Enough for a first picture. */
const BEGINNING_EVENTS = 4_000;

/** Milliseconds. */
const COMPLETE = { floor: 10_000, goal: 4_000 };

/** What took so long here, as it would on the machine on which the goals were written. */
function millisAtReference(millis: number, cal: number): number {
  return 1_000 / atReference(1_000 / millis, cal);
}

class Opening {
  index: TraceIndex | undefined;
  readonly #begun = performance.now();
  readonly #reader: TraceReader;
  /** Milliseconds until there is enough for a first picture. */
  beginning = 0;

  constructor() {
    this.#reader = new TraceReader(
      fillingOf((index) => {
        this.index = index;
      }),
    );
  }

  push(bytes: Uint8Array): void {
    this.#reader.push(bytes);
    if (this.beginning === 0 && this.index!.eventCount >= BEGINNING_EVENTS) {
      this.beginning = performance.now() - this.#begun;
    }
  }

  /** Milliseconds since the beginning. */
  end(): number {
    const { problems } = this.#reader.end();
    if (problems.length > 0) throw new Error(`the trace of the bench is broken: ${problems[0]!.message}`);
    return performance.now() - this.#begun;
  }
}

async function opened(
  path: string,
): Promise<{ index: TraceIndex; beginning: number; complete: number; cpu: number }> {
  const cpu = cpuMillis();
  const opening = new Opening();
  for await (const bytes of createReadStream(path).pipe(createGunzip({ chunkSize: 65_536 }))) {
    opening.push(bytes as Uint8Array);
  }
  const complete = opening.end();
  return { index: opening.index!, beginning: opening.beginning, complete, cpu: cpuMillis() - cpu };
}

/** Processor time of reading and indexing a text that is in memory already. */
function readMillis(text: Uint8Array): number {
  const begun = cpuMillis();
  const opening = new Opening();
  for (let at = 0; at < text.length; at += 65_536) opening.push(text.subarray(at, at + 65_536));
  opening.end();
  return cpuMillis() - begun;
}

/** The least that any reader of JSON lines does: it parses each line and keeps nothing. */
function parseMillis(text: Uint8Array): number {
  const begun = cpuMillis();
  const decoder = new TextDecoder();
  let rest = '';
  for (let at = 0; at < text.length; at += 65_536) {
    const lines = (rest + decoder.decode(text.subarray(at, at + 65_536), { stream: true })).split('\n');
    rest = lines.pop()!;
    for (const line of lines) JSON.parse(line);
  }
  return cpuMillis() - begun;
}

/** Median of many questions, in milliseconds. */
function asked(question: (each: number) => void): number {
  const times: number[] = [];
  for (let each = 0; each < QUESTIONS; each++) {
    const begun = performance.now();
    question(each);
    times.push(performance.now() - begun);
  }
  return median(times);
}

function questionRows(index: TraceIndex): Row[] {
  const { eventCount, events, flights } = index;
  const before = cpuMillis();
  const whole = stage(index, new Set());
  const staged = cpuMillis() - before;
  const end = events.time[eventCount - 1]!;
  const place = (each: number): number => Math.floor((each * 7_919 * eventCount) / QUESTIONS) % eventCount;
  const counting = cpuMillis();
  const census = whole.census();
  const counted = cpuMillis() - counting;
  const counts = new Uint32Array(census.lanes * CENSUS_KINDS.length);
  const density = asked(() => {
    for (let bin = 0; bin <= BINS; bin++) census.before(Math.floor((bin * eventCount) / BINS), counts);
  });
  return [
    { what: 'rows and periods of all of it', value: staged, unit: 'ms' },
    { what: 'sums for density', value: counted, unit: 'ms' },
    { what: `density of ${BINS} bins, ${census.lanes} lanes`, value: density, unit: 'ms' },
    {
      what: 'packets in a window of a ten-thousandth',
      value: asked((each) =>
        flights.times.query(events.time[place(each)]!, events.time[place(each)]! + end / 10_000, 600),
      ),
      unit: 'ms',
    },
    { what: 'any event', value: asked((each) => index.event(place(each) + 1)), unit: 'ms' },
    {
      what: 'the next event of a node',
      value: asked((each) => index.next('node', place(each) + 1, 1)),
      unit: 'ms',
    },
    {
      what: 'the next packet of a message',
      value: asked((each) => index.next('message', place(each) + 1, 1)),
      unit: 'ms',
    },
  ];
}

function stateRows({ eventCount, states }: TraceIndex): Row[] {
  const place = (each: number): number =>
    1 + (Math.floor((each * 7_919 * eventCount) / QUESTIONS) % eventCount);
  const client = asked((each) => states.at('client-7', place(each)));
  const hub = states.entitiesOf('hub');
  const broker = asked((each) => {
    for (const { name } of hub) states.at(name, place(each));
  });
  const all = asked((each) => {
    for (const { name } of states.entities) states.at(name, place(each));
  });
  return [
    { what: 'level full: state of a client', value: client, unit: 'ms' },
    { what: `level full: state of a broker, ${hub.length} entities`, value: broker, unit: 'ms' },
    { what: `level full: state of everything, ${states.entities.length} entities`, value: all, unit: 'ms' },
  ];
}

export async function viewerRows(pace: Pace, cal: Cal): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'amber-bench-'));
  try {
    const path = join(folder, 'long.amber.jsonl.gz');
    const { packets, events, bytes }: LongTrace = await writeLongTrace(path, MESSAGES[pace], 'packets');
    const empty = heldBytes() / 1_000_000;
    const { index, beginning, complete, cpu } = await opened(path);
    const weight = heldBytes() / 1_000_000 - empty;
    const questions = questionRows(index);
    const text = gunzipSync(readFileSync(path));
    const read = readMillis(text);
    const parse = parseMillis(text);
    const full = join(folder, 'full.amber.jsonl.gz');
    await writeLongTrace(full, MESSAGES_FULL[pace], 'full');
    const told = await opened(full);
    return [
      { what: 'a long trace: packets', value: packets, unit: '' },
      { what: 'a long trace: events', value: events, unit: '' },
      { what: 'a long trace: unpacked', value: bytes / 1_000_000, unit: 'MB' },
      {
        what: 'first picture possible',
        value: beginning,
        unit: 'ms',
      },
      {
        what: 'complete',
        value: complete,
        unit: 'ms',
      },
      { what: 'complete, processor time with unpacking', value: cpu, unit: 'ms' },
      {
        what: 'read, checked and indexed, processor time',
        value: read,
        unit: 'ms',
        peer: { name: 'JSON.parse of each line', value: parse, ratio: parse / read },
        aim: { row: 19, ...COMPLETE, scaled: millisAtReference(read, cal.nanos()) },
      },
      { what: 'memory of the index', value: weight, unit: 'MB' },
      ...questions,
      { what: 'level full: events', value: told.index.eventCount, unit: '' },
      ...stateRows(told.index),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
