/**
 * The places of a run where a single fault can strike, found in its trace: before and after every packet of every link, before and after
 * every batch that a node writes and syncs, and past every timer that a machine has armed.
 *
 * Two places are equivalent for a fault when between them no party to it does or learns anything. The parties of a fault are those it
 * takes hold of: both ends of a link, or one node. A machine changes only by its inputs, and all of them are steps in a trace of level full
 * (but that a backlog is drained, of which only the packets tell that are sent then); so are its outputs that can reach somebody else.
 * At two such places the fault therefore finds each party with the same memory, the same disk and the same bytes under way, and leaves the
 * same world behind. What others do meanwhile commutes with it: they cannot know of it before a party has told them. The two runs
 * differ in nothing but how much time lies between the fault and the next step; whatever depends on that is for many seeds to find, and
 * not for this.
 *
 * Some steps of a party leave nothing that a certain fault would find. Two of them are told apart: a write that is not synced is gone with the
 * power, and a sync adds nothing to what a process that dies leaves to the next. (What is written and then revealed is a step of its own:
 * the packet.) A link is only cut between two inputs, so a write inside one is no step for it.
 *
 * What a hosted node does between two steps nobody sees: for a fault that takes hold of one, only places of one instant are equivalent. Its
 * timers are its own too, and no places.
 */
import type { Fault, FaultFamily, FaultPlan } from '../sim/fault.ts';
import type { ArmedTimer } from '../sim/node.ts';
import { describeOccasion, type Occasion } from '../sim/occasion.ts';
import type { PacketSent, TraceEvent, TraceKind } from '../trace/event.ts';

/** A run with all that was seen, at level full. */
export interface RecordedRun {
  readonly trace: readonly TraceEvent[];
  readonly timers: readonly ArmedTimer[];
}

/** How much can strike in a run. */
export interface PlaceCounts {
  /** Before and after so many packets, writes and syncs, and past so many timers. */
  readonly places: number;
  /** Every fault at every place. */
  readonly all: number;
  /** Classes of equivalent ones. */
  readonly distinct: number;
  /** Timers of more than an hour: nobody is stopped past them. */
  readonly longTimers: number;
}

/** What can strike in a run, in the order in which it would. */
export interface Places {
  readonly counts: PlaceCounts;
  readonly all: readonly Fault[];
  /** The same, sorted into equivalent ones. */
  readonly classes: readonly (readonly Fault[])[];
}

/** Long enough for a client to come back and find nobody, more than once. */
const DOWN_MICROS = 1_000_000;
/** TCP gets over it. What outlasts every patience is the black hole. */
const PARTITION_MICROS = 5_000_000;
/** A process goes on so long after the timer was due. */
const PAST_MICROS = 1_000_000;
const LONGEST_PAUSE_MICROS = 3_600_000_000;

const CUTS: readonly Pick<FaultPlan, 'family' | 'duration' | 'detail'>[] = [
  { family: 'reset', detail: {} },
  { family: 'black-hole', detail: {} },
  { family: 'partition', duration: PARTITION_MICROS, detail: { direction: 'both' } },
];
const DEATHS: readonly Pick<FaultPlan, 'family' | 'duration' | 'detail'>[] = [
  { family: 'crash', duration: DOWN_MICROS, detail: {} },
  { family: 'power-cut', duration: DOWN_MICROS, detail: { torn: false } },
];

/** What a node does or learns. */
const STEPS: ReadonlySet<TraceKind> = new Set<TraceKind>([
  ...(['app.call', 'app.settled', 'app.delivered', 'packet.sent', 'packet.received', 'timer.fired'] as const),
  ...(['conn.dialled', 'conn.accepted', 'conn.established', 'conn.ended'] as const),
  ...(['disk.written', 'disk.synced', 'disk.lost', 'node.added', 'node.started', 'node.crashed'] as const),
  ...(['node.power-cut', 'node.paused', 'node.resumed'] as const),
]);

/** Steps that leave nothing that a fault of this family would find. */
const UNSEEN: Partial<Record<FaultFamily, TraceKind>> = {
  crash: 'disk.synced',
  'power-cut': 'disk.written',
  reset: 'disk.written',
  'black-hole': 'disk.written',
  partition: 'disk.written',
};

interface Candidate {
  readonly fault: Fault;
  /** It strikes after the event with this ordinal, and before the next. */
  readonly after: number;
  /** What else tells two faults apart that find the same world. */
  readonly also: string;
}

/** @param from only faults that strike after the event with this ordinal; all with 0. */
export function placesOf(run: RecordedRun, from = 0): Places {
  const survey = new Survey(run);
  const found = [...survey.packets(), ...survey.batches(), ...survey.pauses()].filter(
    (candidate) => candidate.after >= from && survey.isProne(candidate),
  );
  found.sort((a, b) => a.after - b.after);
  const all = found.map(({ fault }) => fault);
  const classes = new Map<string, Fault[]>();
  for (const candidate of found) {
    const key = survey.classOf(candidate);
    const like = classes.get(key);
    if (like === undefined) classes.set(key, [candidate.fault]);
    else like.push(candidate.fault);
  }
  const places = new Set(all.map(placeOf)).size;
  const { longTimers } = survey;
  return {
    counts: { places, all: all.length, distinct: classes.size, longTimers },
    all,
    classes: [...classes.values()],
  };
}

function placeOf({ target, at, duration, occasion }: Fault): string {
  return `${target} ${occasion === undefined ? `${at} ${duration}` : describeOccasion(occasion)}`;
}

class Survey {
  readonly #run: RecordedRun;
  /** The ends of each link. */
  readonly #links = new Map<string, readonly [a: string, b: string]>();
  readonly #processes = new Set<string>();
  /** Nodes of foreign code, which does more than its steps show. */
  readonly #hosted = new Set<string>();
  /** Whom each fault of the run itself befell. */
  readonly #targets = new Map<string, string>();
  /** For each node and kind of step the ordinals of its events. */
  readonly #steps = new Map<string, Map<TraceKind, number[]>>();
  longTimers = 0;

  constructor(run: RecordedRun) {
    this.#run = run;
    for (const event of run.trace) {
      if (event.k === 'link.added') this.#links.set(event.link, [event.a, event.b]);
      if (event.k === 'node.added') {
        if (event.role !== 'peer') this.#processes.add(event.n);
        if (event.role === 'host') this.#hosted.add(event.n);
      }
      if (event.k === 'fault.began') this.#targets.set(event.fault, event.target);
      if (event.k === 'fault.began' || event.k === 'fault.ended') {
        for (const party of this.#partiesOf(this.#targets.get(event.fault)!)) this.#note(party, event);
      } else if (STEPS.has(event.k)) {
        this.#note(event.n, event);
      }
    }
  }

  #partiesOf(target: string): readonly string[] {
    return this.#links.get(target) ?? [target];
  }

  #note(party: string, { k, i }: TraceEvent): void {
    const kinds = this.#steps.get(party) ?? new Map<TraceKind, number[]>();
    this.#steps.set(party, kinds);
    const ordinals = kinds.get(k);
    if (ordinals === undefined) kinds.set(k, [i]);
    else ordinals.push(i);
  }

  /** A process that is down can neither crash nor be stopped. */
  isProne({ fault: { family, target }, after }: Candidate): boolean {
    if (family !== 'crash' && family !== 'pause') return true;
    const kinds = this.#steps.get(target)!;
    const last = (kind: TraceKind): number => lastUpTo(kinds.get(kind) ?? [], after);
    return last('node.started') > Math.max(last('node.crashed'), last('node.power-cut'));
  }

  /** Equal for two faults that find their parties alike. */
  classOf({ fault: { family, target, at }, after, also }: Candidate): string {
    const parties = this.#partiesOf(target);
    const steps = parties.map((party) => this.#stepsOf(party, after, UNSEEN[family]));
    const unseen = parties.some((party) => this.#hosted.has(party)) ? at : '';
    return `${family} ${target} ${steps.join(' ')} ${also} ${unseen}`;
  }

  #stepsOf(party: string, upTo: number, unseen: TraceKind | undefined): number {
    let steps = 0;
    for (const [kind, ordinals] of this.#steps.get(party) ?? [])
      if (kind !== unseen) steps += countUpTo(ordinals, upTo);
    return steps;
  }

  *packets(): Generator<Candidate> {
    const received = new Map<number, TraceEvent>();
    for (const event of this.#run.trace) if (event.k === 'packet.received') received.set(event.of, event);
    const counts = new Map<string, number>();
    for (const sent of this.#run.trace) {
      if (sent.k !== 'packet.sent') continue;
      const link = this.#linkOf(sent);
      if (link === undefined) continue;
      const key = `${sent.conn} ${sent.n}`;
      const nth = (counts.get(key) ?? 0) + 1;
      counts.set(key, nth);
      const occasion = { of: 'packet', connection: sent.conn, from: sent.n, nth } as const;
      yield* strikesOf(CUTS, link, { ...occasion, side: 'before' }, sent.t, sent.i - 1);
      const there = received.get(sent.i);
      if (there !== undefined) yield* strikesOf(CUTS, link, { ...occasion, side: 'after' }, there.t, there.i);
    }
  }

  #linkOf({ conn }: PacketSent): string | undefined {
    const [from, to] = conn.slice(0, conn.lastIndexOf('#')).split('>');
    return [`${from}~${to}`, `${to}~${from}`].find((name) => this.#links.has(name));
  }

  *batches(): Generator<Candidate> {
    const counts = new Map<string, number>();
    /** Batches that share a sync are safe all at once: before one of them is before the first. */
    const groups = new Map<string, TraceEvent>();
    for (const event of this.#run.trace) {
      if (event.k !== 'disk.written' && event.k !== 'disk.synced') continue;
      const of = event.k === 'disk.written' ? 'write' : 'sync';
      const key = `${event.n} ${of}`;
      const nth = (counts.get(key) ?? 0) + 1;
      counts.set(key, nth);
      let before = event.i;
      if (of === 'sync') {
        const group = groups.get(event.n);
        if (group?.t === event.t) before = group.i;
        else groups.set(event.n, event);
      }
      yield* strikesOf(DEATHS, event.n, { of, side: 'before', nth }, event.t, before - 1);
      yield* strikesOf(DEATHS, event.n, { of, side: 'after', nth }, event.t, event.i);
    }
  }

  /** Who armed a timer, and everybody it is linked with, is stopped from then on until it is past. */
  *pauses(): Generator<Candidate> {
    const { trace, timers } = this.#run;
    for (const { node, armed, due } of timers) {
      if (due - armed > LONGEST_PAUSE_MICROS) {
        this.longTimers++;
        continue;
      }
      const at = armed + 1;
      const until = due + PAST_MICROS;
      for (const target of this.#neighboursOf(node)) {
        const id = `${target}/pause@${at}-${until}`;
        const fault: Fault = { id, at, family: 'pause', target, duration: until - at, detail: {} };
        yield { fault, after: lastBefore(trace, at), also: `${until}` };
      }
    }
  }

  #neighboursOf(node: string): string[] {
    const found = new Set([node]);
    for (const [a, b] of this.#links.values()) {
      if (a === node) found.add(b);
      if (b === node) found.add(a);
    }
    return [...found].filter((name) => this.#processes.has(name));
  }
}

function* strikesOf(
  strikes: readonly Pick<FaultPlan, 'family' | 'duration' | 'detail'>[],
  target: string,
  occasion: Occasion,
  at: number,
  after: number,
): Generator<Candidate> {
  for (const strike of strikes) {
    const id = `${target}/${strike.family}@${describeOccasion(occasion).replaceAll(' ', '-')}`;
    yield { fault: { id, at, target, ...strike, occasion }, after, also: '' };
  }
}

/** How many of some growing numbers are not above a limit. */
function countUpTo(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last of some growing numbers that is not above a limit; 0 when there is none. */
function lastUpTo(numbers: readonly number[], limit: number): number {
  return numbers[countUpTo(numbers, limit) - 1] ?? 0;
}

/** The ordinal of the last event before a time; 0 when there is none. */
function lastBefore(trace: readonly TraceEvent[], time: number): number {
  let low = 0;
  let high = trace.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (trace[middle]!.t < time) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : trace[low - 1]!.i;
}
