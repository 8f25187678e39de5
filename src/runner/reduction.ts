/** A failure on its way to less: candidates are run, and the last that still breaks the same promise is kept. */
import type { CallDeed, Deed } from '../scenario/deed.ts';
import type { Fault } from '../sim/fault.ts';
import type { TraceEvent } from '../trace/event.ts';
import { firstVerdict } from './ancestry.ts';
import type { Margin } from './margin.ts';
import { minimize } from './minimize.ts';
import type { Retelling } from './retelling.ts';
import type { RunResult } from './run.ts';

/** What is left of the story, and of what befell it. */
export interface Candidate {
  /** In the order of their times. Undefined: what the script and the nemesis strike. */
  readonly plan?: readonly Fault[];
  /** Names of calls and clients that are left out. */
  readonly omit: readonly string[];
  /** Takes the place of the story. */
  readonly retelling?: Retelling;
  /** The seed decides nothing. */
  readonly chance?: 'none';
}

/** A candidate that was run. */
export interface Attempt {
  readonly result: RunResult;
  /** What broke first, as failures are grouped. */
  readonly broke: string | undefined;
  /** Everything that was seen. */
  readonly trace: readonly TraceEvent[];
  /** What the script did. */
  readonly deeds: readonly Deed[];
}

/** Runs a candidate; another seed than that of the failure only where one is given. */
export type RunCandidate = (candidate: Candidate, seed?: string) => Promise<Attempt>;

/** How large a failing story is: what applications did, what was sent, and what befell it, until it broke. */
export interface Size {
  readonly events: number;
  readonly faults: number;
  readonly calls: number;
}

/** What is left of a failure in the end. */
export interface Left {
  readonly candidate: Candidate;
  readonly attempt: Attempt;
  readonly after: Size;
  /** No seed decides anything in it. */
  readonly sure: boolean;
  /** The nearest first. */
  readonly margins: readonly Margin[];
  /** There was more to try than runs to try it: it may not be the least. */
  readonly limited: boolean;
}

export interface ReductionOptions {
  readonly run: RunCandidate;
  /** What has to break. */
  readonly broke: string;
  /** Is told of each candidate that still breaks it. */
  onProgress?(size: Size): void;
}

/** Runs of a reduction; each is a whole story. */
const ATTEMPTS_LIMIT = 2_000;

/** Nothing can be shrunk; `message` is one line. */
export class ShrinkError extends Error {
  override readonly name = 'ShrinkError';
}

export class Reduction {
  readonly #options: ReductionOptions;
  #attempts = 0;
  #limited = false;
  #candidate: Candidate;
  #attempt!: Attempt;

  private constructor(options: ReductionOptions, candidate: Candidate) {
    this.#options = options;
    this.#candidate = candidate;
  }

  /** @throws ShrinkError when the candidate does not break it. */
  static async from(options: ReductionOptions, candidate: Candidate): Promise<Reduction> {
    const reduction = new Reduction(options, candidate);
    reduction.#attempt = await reduction.run(candidate);
    const { broke } = reduction.#attempt;
    if (broke !== options.broke)
      throw new ShrinkError(`it does not break '${options.broke}' any more, but ${broke ?? 'nothing'}`);
    return reduction;
  }

  /** What breaks it, of all that was tried last. */
  get candidate(): Candidate {
    return this.#candidate;
  }
  get attempt(): Attempt {
    return this.#attempt;
  }
  /** What has to break. */
  get broke(): string {
    return this.#options.broke;
  }

  /** Something was not tried, for want of runs. */
  get limited(): boolean {
    return this.#limited;
  }

  /** Runs a candidate, and keeps nothing. */
  async run(candidate: Candidate, seed?: string): Promise<Attempt> {
    this.#attempts++;
    return this.#options.run(candidate, seed);
  }

  /** True, and kept, when it breaks the same; another promise, or a script that throws where the whole one did not, is not the same. */
  async try(change: Partial<Candidate>): Promise<boolean> {
    if (this.#attempts >= ATTEMPTS_LIMIT) {
      this.#limited = true;
      return false;
    }
    const candidate = { ...this.#candidate, ...change };
    const attempt = await this.run(candidate);
    if (attempt.broke !== this.broke) return false;
    if (attempt.result.error !== undefined && this.#attempt.result.error === undefined) return false;
    this.#candidate = candidate;
    this.#attempt = attempt;
    this.#options.onProgress?.(sizeOf(attempt));
    return true;
  }

  async fewerFaults(): Promise<void> {
    const { plan } = this.#candidate;
    if (plan !== undefined) await minimize(plan, (fewer) => this.try({ plan: fewer }));
  }

  /** Ids count from 1 again, and a rule says only what it looks for. */
  async plainerIds(): Promise<void> {
    const counts = new Map<string, number>();
    const { plan = [] } = this.#candidate;
    const renamed = plan.map(
      ({ family, target, at, duration, occasion, detail: { connection: _, ...detail } }): Fault => {
        const key = `${target}/${family}`;
        const count = (counts.get(key) ?? 0) + 1;
        counts.set(key, count);
        const span = duration === undefined ? {} : { duration };
        const awaited = occasion === undefined ? {} : { occasion };
        return { id: `${key}#${count}`, family, target, at, ...span, detail, ...awaited };
      },
    );
    if (plan.length > 0) await this.try({ plan: renamed });
  }

  /** Round numbers are easier to read, and to believe. */
  async plainerFaults(): Promise<void> {
    for (const { id } of this.#candidate.plan ?? []) {
      for (const plain of PLAINER) {
        const { plan = [] } = this.#candidate;
        const fault = plan.find((each) => each.id === id)!;
        const plainer = plain(fault);
        if (plainer === undefined) continue;
        await this.try({ plan: plan.map((each) => (each === fault ? plainer : each)) });
      }
    }
  }
}

/** Each makes one thing of a fault plainer; undefined when it is plain already. */
const PLAINER: readonly ((fault: Fault) => Fault | undefined)[] = [
  (fault) => shortened(fault, 1_000_000),
  (fault) => shortened(fault, 10_000_000),
  (fault) => rounded(fault, 'duration', 1_000_000),
  (fault) => rounded(fault, 'duration', 1_000),
  // A rule lies in wait: from the beginning, where it still finds its packet.
  (fault) => (fault.family === 'rule' && fault.at > 0 ? { ...fault, at: 0 } : undefined),
  (fault) => rounded(fault, 'at', 1_000_000),
  (fault) => rounded(fault, 'at', 1_000),
  (fault) => inDetail(fault, 'by', 1_000_000),
  (fault) => inDetail(fault, 'by', 1_000),
  (fault) => inDetail(fault, 'idle', 1_000_000),
  (fault) =>
    fault.detail.direction === undefined || fault.detail.direction === 'both'
      ? undefined
      : { ...fault, detail: { ...fault.detail, direction: 'both' } },
  (fault) =>
    fault.detail.torn === true ? { ...fault, detail: { ...fault.detail, torn: false } } : undefined,
  (fault) =>
    fault.detail.probability === undefined || fault.detail.probability === 1
      ? undefined
      : { ...fault, detail: { ...fault.detail, probability: 1 } },
];

function rounded(fault: Fault, field: 'duration' | 'at', unit: number): Fault | undefined {
  const value = fault[field];
  if (value === undefined || value % unit === 0) return undefined;
  if (field === 'at' && fault.occasion !== undefined) return undefined;
  // How long a cut lasts is in the words of its verdict.
  if (fault.family === 'rule' && field === 'duration') return undefined;
  const round = fault.family === 'rule' ? Math.floor : Math.round;
  return { ...fault, [field]: Math.max(field === 'at' ? 0 : unit, round(value / unit) * unit) };
}

function shortened(fault: Fault, to: number): Fault | undefined {
  const { duration = 0, family } = fault;
  return duration > to && family !== 'rule' ? { ...fault, duration: to } : undefined;
}

/** A length of time among what it was drawn with. */
function inDetail(fault: Fault, name: string, unit: number): Fault | undefined {
  const value = fault.detail[name];
  if (typeof value !== 'number' || value % unit === 0) return undefined;
  const round = Math.max(unit, Math.round(value / unit) * unit);
  return { ...fault, detail: { ...fault.detail, [name]: round } };
}

/** The calls that the script made, those that were left out included. */
export function callsOf({ deeds }: Attempt): readonly CallDeed[] {
  return deeds.filter((deed) => deed.kind === 'call');
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
