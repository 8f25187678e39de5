/** Where two traces part, as `amber diff` has it, and what each does then. */
import { type Comparable, TraceComparison } from '../../../src/trace/diff.ts';
import type { TraceEvent } from '../../../src/trace/event.ts';
import type { Story } from '../../index/story.ts';
import { type Reference, referenceTo } from '../reference.ts';
import type { Stories } from '../stories.ts';

/** One of the two. */
export interface ComparedTrace {
  scenario: string;
  seed: string;
  /** Undefined for a trace that was cut off or is being read. */
  digest: string | undefined;
  verdict: string | undefined;
  events: number;
  packets: number;
  lost: number;
  delivered: number;
  broken: number;
  /** Virtual time of the last event in microseconds. */
  end: number;
  /** The first event in which it differs, and some after it; empty when it has ended there. */
  next: readonly Reference[];
}

export interface Comparison {
  /** Nothing differs, up to the end of both. */
  same: boolean;
  /** Events that are equal before anything differs. */
  equal: number;
  /** Ordinals mean the same in both up to there; at different levels they do not. */
  aligned: boolean;
  /** When they part, in microseconds: the last equal event. */
  until: number;
  /** In what the first events that differ do so; undefined when one has ended there. */
  aspect: string | undefined;
  /** What the headers disagree about, as `seed: 1 / 2`. */
  headers: readonly string[];
  /** The last equal events, of the first trace. */
  before: readonly Reference[];
  a: ComparedTrace;
  b: ComparedTrace;
}

/** Events shown on each side of the place where they part. */
const CONTEXT = 12;
/** Compared between two looks at who else asks. */
const STEP_EVENTS = 2_000;

export class CompareAnswers {
  readonly #stories: Stories;
  readonly #turn: () => Promise<void>;

  /** `turn` lets others ask in between: long traces take seconds. */
  constructor(stories: Stories, turn: () => Promise<void>) {
    this.#stories = stories;
    this.#turn = turn;
  }

  /** @throws {RangeError} when one of them is closed meanwhile. */
  async compare(traceA: number, traceB: number): Promise<Comparison> {
    const a = this.#stories.story(traceA);
    const b = this.#stories.story(traceB);
    const comparison = new TraceComparison(comparable(a), comparable(b), CONTEXT);
    while (comparison.advance(STEP_EVENTS)) {
      await this.#turn();
      this.#stories.story(traceA);
      this.#stories.story(traceB);
    }
    const { same, equal, aspect, headers, before, ...rest } = comparison.difference();
    return {
      same,
      equal,
      aligned: a.header.level === b.header.level,
      until: before.at(-1)?.t ?? 0,
      aspect,
      headers,
      before: before.map((event) => referenceTo(event, a)),
      a: comparedTrace(a, rest.a, rest.afterA),
      b: comparedTrace(b, rest.b, rest.afterB),
    };
  }
}

function comparable(story: Story): Comparable {
  return { header: story.header, list: eventsOf(story) };
}

function* eventsOf(story: Story): Generator<TraceEvent> {
  for (let ordinal = 1; ordinal <= story.eventCount; ordinal++) yield story.event(ordinal)!;
}

function comparedTrace(
  story: Story,
  first: TraceEvent | undefined,
  after: readonly TraceEvent[],
): ComparedTrace {
  const { header, footer, eventCount, tally } = story;
  return {
    scenario: header.scenario,
    seed: header.seed,
    digest: footer?.digest,
    verdict: footer?.verdict,
    events: eventCount,
    packets: tally.packets,
    lost: tally.lost,
    delivered: tally.delivered,
    broken: tally.violations,
    end: eventCount === 0 ? 0 : story.events.time[eventCount - 1]!,
    next: first === undefined ? [] : [first, ...after].map((event) => referenceTo(event, story)),
  };
}
