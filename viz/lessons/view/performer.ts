/** Performs the story of a lesson in a viewer: the run is its picture, and what it knows of the run is the evidence. */
import type { ParameterValue } from '../../../src/scenario/parameters.ts';
import type { Flight } from '../../layout/aim.ts';
import sheet from '../../theme/lesson-picture.css?inline';
import { MemoryBars } from '../../view/memory-bars.ts';
import type { Viewer } from '../../view/viewer.ts';
import type { NoticeEvent } from '../../worker/desk.ts';
import { Evidence } from '../evidence.ts';
import type { Lesson, Step } from '../lesson.ts';
import { stretchesFrom, type Told } from './stretches.ts';

/** Pixels. */
const NARROW = 640;
const ARRIVES = 'kind:packet.received';

export type Values = Readonly<Record<string, ParameterValue>>;

/** What of a lesson is performed. */
export interface Performance {
  readonly values: Values;
  /** In place of our machines: that of the lesson, or one that lacks something. */
  readonly mutant: string | undefined;
  readonly story: string;
  /** Whether the judge looks on. */
  readonly judged: boolean;
}

/** A run did not come about; the message is a sentence. */
export class PerformanceError extends Error {
  override readonly name = 'PerformanceError';
}

export class Performer {
  readonly #viewer: Viewer;
  readonly #lesson: Lesson;
  /** The ordinal with which the picture begins; undefined for all of it. */
  #first: number | undefined;
  /** The ordinals of the events that are told of. */
  #told: readonly number[] = [];
  /** The height for which the picture was filled, in pixels. */
  #height = 0;
  #memory: MemoryBars | undefined;
  /** The picture looks as pictures of lessons do. */
  #dressed = false;
  /** What is in the picture. */
  #shown: Performance | undefined;

  constructor(viewer: Viewer, lesson: Lesson) {
    this.#viewer = viewer;
    this.#lesson = lesson;
  }

  /** Whether just this is in the picture. */
  shows(performance: Performance): boolean {
    return this.#shown !== undefined && isSame(performance, this.#shown);
  }

  #dress(): void {
    const style = new CSSStyleSheet();
    style.replaceSync(sheet);
    this.#viewer.adopt([style]);
    this.#dressed = true;
  }

  /** `steps` are told of it. @throws {PerformanceError} */
  async run(performance: Performance, steps: readonly Step[]): Promise<Evidence> {
    const { judged, mutant, story, values } = performance;
    const { from, memory, seed } = this.#lesson;
    const viewer = this.#viewer;
    this.#shown = undefined;
    await viewer.updateComplete;
    if (!this.#dressed) this.#dress();
    if (memory !== undefined) this.#memory ??= new MemoryBars(viewer);
    this.#memory?.clear();
    const complete = this.#complete();
    viewer.selected = 0;
    const { problem } = await viewer.runs.start({
      story,
      seed: String(seed),
      parameters: values,
      ...(judged ? {} : { checks: 'none' }),
      ...(mutant === undefined ? {} : { mutant }),
    });
    if (problem !== undefined) throw new PerformanceError(`${problem.title}. ${problem.cause}`);
    await complete;
    if (memory !== undefined) await this.#memory?.show(memory);
    await viewer.updateComplete;
    await viewer.pane?.updateComplete;
    this.#shown = performance;
    const { desk, trace } = viewer;
    const evidence = new Evidence({
      apply: (filter) => desk.ask('filter', 'apply', trace, filter),
      next: (filter, from, direction) => desk.ask('filter', 'next', trace, filter, from, direction),
      look: (ordinal) => desk.ask('event', 'look', trace, ordinal),
    });
    this.#first = from === undefined ? undefined : await evidence.find(from);
    const told: number[] = [];
    for (const { at } of steps) told.push((await evidence.find(at)) ?? 0);
    this.#told = told.filter((ordinal) => ordinal > 0);
    await this.fill();
    return evidence;
  }

  /**
   * Begins the picture with an event. Where it is narrow, the next packet that arrives shows how far one has to fall for words to have room, and less
   * will do when all that is told is in view then. Where there is no room for all, a picture may begin with what is told first, and what is told last may
   * be below.
   */
  async fill(): Promise<void> {
    const { desk, pane, trace } = this.#viewer;
    const first = this.#first;
    this.#height = pane?.clientHeight ?? 0;
    if (first === undefined) {
      pane?.fill();
      return;
    }
    const from = (await desk.ask('jump', 'time', trace, first)) ?? 0;
    const narrow = (pane?.clientWidth ?? 0) < NARROW;
    if (!narrow) {
      pane?.fill(from);
      return;
    }
    const told: Told[] = [];
    for (const ordinal of this.#told) told.push(await this.#stretchOf(ordinal));
    const [all, ...shorter] = stretchesFrom(from, told);
    pane?.fill(from, await this.#flightAfter(first), all?.until, shorter);
  }

  /** What stands above the picture takes of its room, and beside a question there is less of it than beside a step. */
  get isOfAnotherSize(): boolean {
    return this.#height !== this.#viewer.pane?.clientHeight;
  }

  /** A packet is seen from where it was sent to where it arrived. */
  async #stretchOf(ordinal: number): Promise<Told> {
    const { desk, trace } = this.#viewer;
    const { packet, t } = (await desk.ask('event', 'look', trace, ordinal))!;
    const causes = (await desk.ask('event', 'why', trace, packet?.sent.i ?? ordinal))!.causes;
    const from = packet?.sent.t ?? t;
    const before = causes.filter((cause) => cause.t < from);
    return { cause: before.at(-1)?.t ?? from, from, until: packet?.end?.t ?? t };
  }

  async #flightAfter(ordinal: number): Promise<Flight | undefined> {
    const { desk, trace } = this.#viewer;
    await desk.ask('filter', 'apply', trace, ARRIVES);
    const arrival = await desk.ask('filter', 'next', trace, ARRIVES, ordinal, 1);
    const packet = (await desk.ask('event', 'look', trace, arrival?.ordinal ?? 0))?.packet;
    return packet?.end === undefined ? undefined : { from: packet.sent.t, to: packet.end.t };
  }

  /** Shows an event of the run. */
  select(ordinal: number): void {
    this.#viewer.head.pick(ordinal);
  }

  /** Resolves when all of the next trace is there. */
  #complete(): Promise<void> {
    const { desk } = this.#viewer;
    return new Promise((resolve, reject) => {
      const onNotice = (event: Event): void => {
        const { notice } = event as NoticeEvent;
        if (notice.trace !== this.#viewer.trace || notice.is === 'progress' || notice.is === 'grown') return;
        desk.removeEventListener('notice', onNotice);
        if (notice.is === 'complete') resolve();
        else reject(new PerformanceError(notice.problem.cause));
      };
      desk.addEventListener('notice', onNotice);
    });
  }
}

function isSame(one: Performance, other: Performance): boolean {
  const names = Object.keys(one.values);
  return (
    one.story === other.story &&
    one.mutant === other.mutant &&
    one.judged === other.judged &&
    names.length === Object.keys(other.values).length &&
    names.every((name) => one.values[name] === other.values[name])
  );
}
