/**
 * From a run that broke a promise to the least that still breaks the same one: fewer faults, fewer clients, fewer calls, and plainer
 * values. It says what it tried, and how near the decisive faults are to doing no harm.
 *
 * Faults become a list with times, so that leaving one out, or moving it, leaves the others where they are; the seed stays, and with it the
 * luck of every segment.
 */
import { RULES } from '../check/rules.ts';
import type { Fault } from '../sim/fault.ts';
import type { TraceEvent } from '../trace/event.ts';
import { ancestorsOf, firstVerdict } from './ancestry.ts';
import { minimize } from './minimize.ts';
import type { RunResult } from './run.ts';

/** What is left of the story, and of what befell it. */
export interface Candidate {
  /** In the order of their times. Undefined: what the script and the nemesis strike. */
  readonly plan?: readonly Fault[];
  /** Names of calls and clients that are left out. */
  readonly omit: readonly string[];
}

/** A candidate that was run. */
export interface Attempt {
  readonly result: RunResult;
  /** What broke first, as failures are grouped. */
  readonly broke: string | undefined;
  /** Everything that was seen. */
  readonly trace: readonly TraceEvent[];
  /** Names of the calls that the script made. */
  readonly calls: readonly string[];
}

/** How large a failing story is: what applications did, what was sent, and what befell it, until it broke. */
export interface Size {
  readonly events: number;
  readonly faults: number;
  readonly calls: number;
}

/** By how much a fault has to move for the run to pass: earlier and later, in microseconds; absent when nothing within reach does. */
export interface Margin {
  readonly fault: Fault;
  readonly earlierMicros?: number;
  readonly laterMicros?: number;
}

export interface Shrunk {
  readonly candidate: Candidate;
  readonly attempt: Attempt;
  readonly before: Size;
  readonly after: Size;
  readonly margins: readonly Margin[];
  readonly attempts: number;
}

export interface ShrinkOptions {
  /** Runs a candidate. */
  run(candidate: Candidate): Promise<Attempt>;
  /** What has to break. */
  readonly broke: string;
  /** Is told of each candidate that still breaks it. */
  onProgress?(size: Size, attempts: number): void;
}

/** Runs of a shrink; each is a whole story. */
const ATTEMPTS_LIMIT = 2_000;
/** A fault is moved by so much at most when its margin is looked for. */
const FARTHEST_MICROS = 60_000_000;
const MARGIN_PRECISION = 64;
const MARGINS_LIMIT = 5;

/** @throws ShrinkError when the failure does not come again. */
export async function shrink(options: ShrinkOptions): Promise<Shrunk> {
  return new Shrinker(options).shrink();
}

/** Nothing can be shrunk; `message` is one line. */
export class ShrinkError extends Error {
  override readonly name = 'ShrinkError';
}

class Shrinker {
  readonly #options: ShrinkOptions;
  #attempts = 0;
  #best!: { candidate: Candidate; attempt: Attempt };

  constructor(options: ShrinkOptions) {
    this.#options = options;
  }

  async shrink(): Promise<Shrunk> {
    const first = await this.#run({ omit: [] });
    if (first.broke !== this.#options.broke) {
      throw new ShrinkError(
        `it does not break '${this.#options.broke}' any more, but ${first.broke ?? 'nothing'}`,
      );
    }
    const before = sizeOf(first);
    this.#best = { candidate: { omit: [] }, attempt: first };
    await this.#try({ plan: first.result.struck, omit: [] });
    for (let size = Infinity; size > this.#weight; ) {
      size = this.#weight;
      await this.#dropStrangers();
      await this.#fewerFaults();
      // An assertion counts on what its author wrote: without half of the calls it would break for want of them.
      if (!Object.hasOwn(RULES, this.#options.broke)) continue;
      await this.#fewerClients();
      await this.#fewerCalls();
    }
    await this.#plainerFaults();
    const margins = await this.#margins();
    const { candidate, attempt } = this.#best;
    return { candidate, attempt, before, after: sizeOf(attempt), margins, attempts: this.#attempts };
  }

  get #weight(): number {
    const { plan = [], omit } = this.#best.candidate;
    return plan.length * 1_000_000 - omit.length;
  }

  async #run(candidate: Candidate): Promise<Attempt> {
    this.#attempts++;
    return this.#options.run(candidate);
  }

  /** True, and kept, when it breaks the same. */
  async #try(candidate: Candidate): Promise<boolean> {
    if (this.#attempts >= ATTEMPTS_LIMIT) return false;
    const attempt = await this.#run(candidate);
    if (attempt.broke !== this.#options.broke) return false;
    this.#best = { candidate, attempt };
    this.#options.onProgress?.(sizeOf(attempt), this.#attempts);
    return true;
  }

  /** What the violation does not follow from is most likely not needed, all at once. */
  async #dropStrangers(): Promise<void> {
    const { candidate, attempt } = this.#best;
    const verdict = firstVerdict(attempt.trace);
    if (candidate.plan === undefined || verdict === undefined) return;
    const ancestors = ancestorsOf(attempt.trace, verdict);
    const needed = new Set<string>();
    for (const event of attempt.trace) {
      if (event.k === 'fault.began' && ancestors.has(event.i)) needed.add(event.fault);
    }
    const plan = candidate.plan.filter(({ id }) => needed.has(id));
    if (plan.length < candidate.plan.length) await this.#try({ ...candidate, plan });
  }

  async #fewerFaults(): Promise<void> {
    const { plan } = this.#best.candidate;
    if (plan === undefined) return;
    await minimize(plan, (fewer) => this.#try({ ...this.#best.candidate, plan: fewer }));
  }

  async #fewerClients(): Promise<void> {
    const clients = new Set(this.#best.attempt.calls.map(clientOf));
    for (const client of clients) {
      const { candidate } = this.#best;
      if (candidate.omit.includes(client)) continue;
      const omit = [...candidate.omit.filter((name) => clientOf(name) !== client), client];
      await this.#try({ ...candidate, omit });
    }
  }

  async #fewerCalls(): Promise<void> {
    const { candidate, attempt } = this.#best;
    const gone = new Set(candidate.omit);
    const calls = attempt.calls.filter((name) => !gone.has(name) && !gone.has(clientOf(name)));
    await minimize(calls, (fewer) => {
      const kept = new Set(fewer);
      return this.#try({
        ...this.#best.candidate,
        omit: [...gone, ...calls.filter((name) => !kept.has(name))],
      });
    });
  }

  /** Round numbers are easier to read, and to believe. */
  async #plainerFaults(): Promise<void> {
    for (const { id } of this.#best.candidate.plan ?? []) {
      for (const plain of PLAINER) {
        const { plan = [], omit } = this.#best.candidate;
        const fault = plan.find((each) => each.id === id)!;
        const plainer = plain(fault);
        if (plainer === undefined) continue;
        await this.#try({ plan: plan.map((each) => (each === fault ? plainer : each)), omit });
      }
    }
  }

  /** How far each fault can be moved before the promise is kept, found by halving. */
  async #margins(): Promise<readonly Margin[]> {
    const { candidate } = this.#best;
    const { plan = [] } = candidate;
    const margins: Margin[] = [];
    for (const fault of plan.filter(isTimed).slice(0, MARGINS_LIMIT)) {
      const breaksAt = async (shift: number): Promise<boolean> => {
        const moved = { ...fault, at: fault.at + shift };
        const shifted = plan.map((each) => (each === fault ? moved : each));
        return (await this.#run({ ...candidate, plan: shifted })).broke === this.#options.broke;
      };
      const earlier = await edge((by) => breaksAt(-by), Math.min(FARTHEST_MICROS, fault.at));
      const later = await edge(breaksAt, FARTHEST_MICROS);
      margins.push({
        fault,
        ...(earlier === undefined ? {} : { earlierMicros: earlier }),
        ...(later === undefined ? {} : { laterMicros: later }),
      });
    }
    return margins;
  }
}

/** The least shift at which it does not break, as far as doubling and halving find it; undefined when none up to `farthest` does. */
async function edge(breaks: (by: number) => Promise<boolean>, farthest: number): Promise<number | undefined> {
  let low = 0;
  let high = 1;
  while (high <= farthest && (await breaks(high))) {
    low = high;
    high *= 4;
  }
  if (high > farthest) return undefined;
  while (high - low > Math.max(1, high / MARGIN_PRECISION)) {
    const middle = Math.floor((low + high) / 2);
    if (await breaks(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/** Each makes one thing of a fault plainer; undefined when it is plain already. */
const PLAINER: readonly ((fault: Fault) => Fault | undefined)[] = [
  (fault) => rounded(fault, 'duration', 1_000_000),
  (fault) => rounded(fault, 'duration', 1_000),
  (fault) => rounded(fault, 'at', 1_000_000),
  (fault) => rounded(fault, 'at', 1_000),
  (fault) =>
    fault.detail.direction === undefined || fault.detail.direction === 'both'
      ? undefined
      : { ...fault, detail: { ...fault.detail, direction: 'both' } },
  (fault) =>
    fault.detail.torn === true ? { ...fault, detail: { ...fault.detail, torn: false } } : undefined,
];

function rounded(fault: Fault, field: 'duration' | 'at', unit: number): Fault | undefined {
  const value = fault[field];
  if (value === undefined || value % unit === 0 || fault.family === 'rule') return undefined;
  if (field === 'at' && fault.occasion !== undefined) return undefined;
  return { ...fault, [field]: Math.max(field === 'at' ? 0 : unit, Math.round(value / unit) * unit) };
}

/** Others hang on what happens, and not on a time. */
function isTimed({ family, occasion }: Fault): boolean {
  return family !== 'rule' && occasion === undefined;
}

function clientOf(call: string): string {
  const at = call.indexOf('/');
  return at === -1 ? call : call.slice(0, at);
}

/** Counts what happened up to the first broken promise, or to the end when an assertion of the script broke. */
export function sizeOf({ trace, result }: Attempt): Size {
  const last = firstVerdict(trace)?.i ?? Infinity;
  let events = 0;
  let calls = 0;
  for (const { i, k } of trace) {
    if (i > last) break;
    if (k === 'app.call') calls++;
    if (k === 'app.call' || k === 'packet.sent' || k === 'fault.began') events++;
  }
  return { events, faults: result.struck.length, calls };
}
