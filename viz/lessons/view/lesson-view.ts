/**
 * One lesson: its text at one side, the run in a viewer at the other. It knows where the reader is and what was answered; how that
 * looks is in the files of the cards.
 */
import { LitElement, type PropertyValues, type TemplateResult } from 'lit';
import type { ParameterValue } from '../../../src/scenario/parameters.ts';
import type { Theme } from '../../theme/palette.ts';
import type { Viewer } from '../../view/viewer.ts';
import type { BytesLook } from '../../worker/answers/event-answers.ts';
import { Attempt } from '../attempt.ts';
import type { Evidence } from '../evidence.ts';
import type { Lack, Lesson, Step } from '../lesson.ts';
import { showToEnd } from './card-scroll.ts';
import { Exhibit } from './exhibit.ts';
import { lessonPage } from './lesson-page.ts';
import { type Performance, Performer, type Values } from './performer.ts';
import { type More, PictureBeyond } from './picture-beyond.ts';
import { keepPlace, keptPlace, type ReaderPlace } from './reader-place.ts';
import { type StageName, stagesOf } from './stages.ts';
import { Telling } from './telling.ts';
import { Turns } from './turns.ts';

/** Text and picture are one above the other, as in the sheet of the lessons. */
const NARROW = '(max-width: 900px)';

/** What a prediction needs an answer to: what to change, and what to expect of it. */
export type Question = 'change' | 'expected';

/** Parts that begin with a run: beside any other the first one is shown to who comes back to it. */
const OF_A_RUN: ReadonlySet<StageName> = new Set(['watch', 'change', 'see', 'lack', 'bytes']);

/** What is said to an answer, or beside a question that lacks one. */
interface Said {
  text: string;
  kind: 'hint' | 'good';
  lacks?: Question;
}

/** What is asked about a run. */
type Asking<Answer> = (evidence: Evidence) => Promise<Answer | undefined>;

const nothingAsked = async (): Promise<undefined> => undefined;

/** Fired when the reader has predicted a run that brought the goal about. */
export class ReachedEvent extends Event {
  readonly value: ParameterValue;

  constructor(value: ParameterValue) {
    super('reached');
    this.value = value;
  }
}

/** Fired when the reader has passed the lesson. */
export class PassedEvent extends Event {
  constructor() {
    super('passed', { bubbles: true });
  }
}

export class LessonView extends LitElement {
  static override properties = {
    lesson: { attribute: false },
    number: { type: Number },
    count: { type: Number },
    following: { attribute: false },
    passed: { attribute: false },
    reached: { attribute: false },
    theme: {},
    stage: { state: true },
    step: { state: true },
    choice: { state: true },
    expected: { state: true },
    said: { state: true },
    busy: { state: true },
    judging: { state: true },
    inside: { state: true },
    more: { state: true },
    isMoreAbove: { state: true },
  };

  declare lesson: Lesson;
  /** Its place in the list, from 1. */
  declare number: number;
  declare count: number;
  /** The lesson after this one. */
  declare following: Lesson | undefined;
  /** The reader has passed the lesson, now or on another visit. */
  declare passed: boolean;
  /** On other visits: values of the change that were predicted and brought the goal about. */
  declare reached: ReadonlySet<ParameterValue>;
  declare theme: Theme | undefined;
  declare stage: StageName;
  declare step: number;
  /** Places among the choices and the expectations; -1 for none. */
  declare choice: number;
  declare expected: number;
  /** The choice whose run was predicted last, and is shown. */
  seen = -1;
  /** What was last said to an answer. */
  declare said: Said | undefined;
  declare busy: boolean;
  /** A run is made that must not be seen before what was said of it is judged. */
  declare judging: boolean;
  /** The reader wants to see what a viewer knows of what is marked. */
  declare inside: boolean;
  /** The picture begins above what is seen of it. */
  declare isMoreAbove: boolean;
  /** Whether the picture goes on below what is seen of it. */
  declare more: More;

  attempt!: Attempt;
  exhibit!: Exhibit;
  beyond!: PictureBeyond;
  /** Of the run that is in the picture. */
  #evidence: Evidence | undefined;
  /** The packet of the item about bytes, once it is asked. */
  packet: BytesLook | undefined;
  /** What was answered to it: an offset, or a number; NaN for nothing yet. */
  answer = Number.NaN;
  #performer!: Performer;
  #reached = new Set<StageName>(['begin']);
  /** What keeps the reader from beginning something else. */
  #works = 0;
  /** Runs, and what is asked about them. */
  readonly #turns = new Turns();
  /** The values with which the goal was reached last. */
  #goal: Values = {};

  constructor() {
    super();
    this.number = 1;
    this.count = 1;
    this.following = undefined;
    this.passed = false;
    this.reached = new Set();
    this.theme = undefined;
    this.stage = 'begin';
    this.step = 0;
    this.choice = -1;
    this.expected = -1;
    this.said = undefined;
    this.busy = false;
    this.judging = false;
    this.inside = false;
    this.more = 'none';
    this.isMoreAbove = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('lesson') && this.attempt?.lesson !== this.lesson) {
      this.attempt = new Attempt(this.lesson, this.passed, this.reached);
    }
  }

  protected override firstUpdated(): void {
    this.#performer = new Performer(this.#viewer, this.lesson);
    this.exhibit = new Exhibit(this, this.#performer);
    void this.#viewer.updateComplete.then((): void => {
      this.beyond = new PictureBeyond(this.#viewer, (more, above) => {
        this.more = more;
        this.isMoreAbove = above;
      });
    });
    const place = keptPlace(this.lesson);
    if (place === undefined || !OF_A_RUN.has(place.stage)) void this.perform({});
    if (place === undefined || place.stage === 'begin') this.querySelector<HTMLElement>('h1')?.focus();
    else this.#resume(place);
  }

  /** What led to a place was reached as well; a run is seen again only where it is what is told. */
  #resume({ stage, step, seen }: ReaderPlace): void {
    const { stages } = this;
    for (const before of stages.slice(0, stages.indexOf(stage))) this.#reached.add(before);
    if (stage === 'see') {
      this.seen = seen;
      if (this.attempt.hasReached(this.lesson.change.choices[seen]!.value)) this.#goal = this.#valuesOf(seen);
    }
    void this.go(stage, step);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('said') && this.said !== undefined && !this.isAnswerMissing) showToEnd(this);
    // The picture has another size then.
    if (changed.get('inside') !== undefined) void this.#showStep();
  }

  get #viewer(): Viewer {
    return this.querySelector<Viewer>('amber-trace')!;
  }

  get stages(): readonly StageName[] {
    return stagesOf(this.lesson);
  }

  /** Whether the reader may go to a part: one who was further once, on whatever visit, may. */
  hasReached(stage: StageName): boolean {
    const { begun, goalReached } = this.attempt;
    const upTo = goalReached ? 'standard' : begun ? 'see' : 'begin';
    return this.#reached.has(stage) || this.stages.indexOf(stage) <= this.stages.indexOf(upTo);
  }

  /** What is told where the reader is now. */
  get telling(): Telling {
    const { lesson, seen, stage, step } = this;
    return new Telling(lesson, { stage, step, seen });
  }

  /** It is not said yet what is changed and what is expected of it. */
  get isAnswerMissing(): boolean {
    return this.stage === 'change' && (this.choice < 0 || this.expected < 0);
  }

  /** The run that was predicted last, and is shown, brought the goal about. */
  get isGoalSeen(): boolean {
    const { change } = this.lesson;
    return this.#goal[change.parameter] === change.choices[this.seen]?.value;
  }

  /**
   * Runs the story of the lesson; it is in the picture then, and answers what is asked about it before another run begins.
   *
   * @param ask must not perform anything itself
   * @returns the answer; undefined when the run did not come about, which was said
   */
  perform<Answer>(values: Values, ask: Asking<Answer> = nothingAsked): Promise<Answer | undefined> {
    const { change, mutant, story, watch } = this.lesson;
    const chosen = change.choices.find(({ value }) => value === values[change.parameter]);
    // Where no machine has a bug no promise is broken, and the judge would only say what is excused.
    const judged = mutant !== undefined;
    return this.#perform({ values, mutant, story, judged }, chosen?.steps ?? watch, ask);
  }

  #performLacking(lack: Lack): Promise<unknown> {
    if ('story' in lack) {
      const { mended } = this.telling;
      const values = mended === undefined ? {} : lack.sound;
      const steps = mended?.steps ?? lack.steps;
      return this.#perform({ values, mutant: undefined, story: lack.story, judged: false }, steps);
    }
    const values = { [this.lesson.change.parameter]: lack.value };
    const { story } = this.lesson;
    return this.#perform({ values, mutant: lack.mutant, story, judged: false }, lack.steps);
  }

  #perform<Answer>(
    performance: Performance,
    steps: readonly Step[],
    ask: Asking<Answer> = nothingAsked,
  ): Promise<Answer | undefined> {
    return this.occupied(() =>
      this.#turns.take(async () => {
        const evidence = await this.#evidenceOf(performance, steps);
        return evidence && ask(evidence);
      }),
    );
  }

  /** Runs nothing when it is in the picture already. */
  async #evidenceOf(performance: Performance, steps: readonly Step[]): Promise<Evidence | undefined> {
    if (this.#performer.shows(performance)) return this.#evidence;
    this.#evidence = undefined;
    try {
      this.#evidence = await this.#performer.run(performance, steps);
    } catch (error) {
      this.said = { text: error instanceof Error ? error.message : String(error), kind: 'hint' };
    }
    return this.#evidence;
  }

  /** The reader can begin nothing else before something is done. */
  async occupied<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#works++;
    this.busy = true;
    try {
      return await work();
    } finally {
      this.#works--;
      this.busy = this.#works > 0;
    }
  }

  async go(stage: StageName, step = 0): Promise<void> {
    this.#reached.add(stage);
    const { lacking, mended } = this.telling;
    const moved = stage !== this.stage;
    this.stage = stage;
    // A lesson may have fewer steps than when a place in it was kept.
    this.step = Math.min(step, Math.max(0, this.telling.steps.length - 1));
    this.said = undefined;
    this.#keepPlace();
    const { telling } = this;
    if (!moved && telling.lacking === lacking && telling.mended === mended) return this.#showStep();
    this.querySelector('.text')!.scrollTop = 0;
    void this.updateComplete.then(() => this.#face());
    await this.occupied(() => this.#arrive(stage));
    await this.updateComplete;
    await this.#refill();
  }

  #keepPlace(): void {
    const { lesson, seen, stage, step } = this;
    keepPlace(lesson, { stage, step, seen });
  }

  /** Where one reads on: who tries another choice knows the task. */
  #face(): void {
    const chosen =
      this.stage === 'change' && this.attempt.begun
        ? this.querySelector<HTMLElement>('fieldset :checked')
        : null;
    if (chosen === null) {
      const narrow = matchMedia(NARROW).matches;
      this.querySelector<HTMLElement>('.card h2')?.focus({ preventScroll: narrow });
      // Its first sentence is in sight below the picture.
      if (narrow) this.querySelector('.card')!.scrollIntoView({ block: 'start' });
      return;
    }
    chosen.focus({ preventScroll: true });
    showToEnd(this);
  }

  /** Who has gone on meanwhile has another run, which was filled when it was made. */
  #refill(): Promise<void> {
    return this.#turns.take(async () => {
      if (!this.#performer.isOfAnotherSize) return;
      await this.#performer.fill();
      await this.#selectStep();
    });
  }

  /** Shows the run that a part of the lesson is about. */
  async #arrive(stage: StageName): Promise<void> {
    if (stage === 'watch' || stage === 'begin' || stage === 'change') await this.perform({});
    if (stage === 'see' || stage === 'bytes') {
      await this.#recall();
      if (this.stage === stage) this.#keepPlace();
    }
    if (stage === 'see') await this.perform(this.#valuesOf(this.seen));
    const { lacking } = this.telling;
    if (lacking !== undefined) await this.#performLacking(lacking);
    await this.#showStep();
    if (stage === 'bytes') await this.#askBytes();
    if (stage === 'standard' && this.attempt.passed && !this.passed) {
      this.passed = true;
      this.dispatchEvent(new PassedEvent());
    }
  }

  #valuesOf(choice: number): Values {
    const { parameter, choices } = this.lesson.change;
    return { [parameter]: choices[choice]!.value };
  }

  /** Who comes back to what was seen on another visit sees the first choice that reaches the goal. */
  async #recall(): Promise<void> {
    const { change, goal } = this.lesson;
    for (let choice = 0; this.seen < 0 && choice < change.choices.length; choice++) {
      if (!this.passed && !this.attempt.hasReached(change.choices[choice]!.value)) continue;
      const holds = await this.perform(this.#valuesOf(choice), (evidence) => evidence.hold(goal.holds));
      if (holds !== true) continue;
      this.seen = choice;
      this.#goal = this.#valuesOf(choice);
    }
  }

  #showStep(): Promise<void> {
    return this.#turns.take(() => this.#selectStep());
  }

  /** The step that the picture shows: who predicts has the end of the first run to look at. */
  get #told(): Step | undefined {
    return this.stage === 'change' ? this.lesson.watch.at(-1) : this.telling.step;
  }

  /** Selects in the picture what the step is about. */
  async #selectStep(): Promise<void> {
    const step = this.#told;
    const ordinal = step && (await this.#evidence?.find(step.at));
    if (ordinal !== undefined && this.#told?.text === step?.text) this.#performer.select(ordinal);
  }

  async next(): Promise<void> {
    const { stage, stages, step, attempt } = this;
    if (step + 1 < this.telling.steps.length) return this.go(stage, step + 1);
    if (stage === 'see' && !attempt.goalReached) {
      const { choices } = this.lesson.change;
      this.choice = choices.findIndex(({ value }, at) => at !== this.seen && !attempt.hasReached(value));
      this.expected = -1;
      return this.go('change');
    }
    return this.go(stages[stages.indexOf(stage) + 1] ?? stage);
  }

  async back(): Promise<void> {
    const { stage, stages, step } = this;
    if (step > 0) return this.go(stage, step - 1);
    const before = stages[stages.indexOf(stage) - 1];
    if (before === undefined) return;
    await this.go(before, before === 'watch' ? this.lesson.watch.length - 1 : 0);
  }

  /** What was said to be missing is so no more. */
  answered(question: Question): void {
    if (this.said?.lacks === question) this.said = undefined;
  }

  /** The run is made when somebody has said what it will come to, and shown when that was right. */
  predict = async (): Promise<void> => {
    const { choice, expected } = this;
    if (this.isAnswerMissing) {
      const lacks = choice < 0 ? 'change' : 'expected';
      const text = choice < 0 ? 'Choose first what to change.' : 'Say first what you expect.';
      this.said = { text, kind: 'hint', lacks };
      await this.updateComplete;
      this.querySelector(`fieldset:has(input[name=${lacks}])`)?.scrollIntoView({ block: 'nearest' });
      return;
    }
    this.judging = true;
    try {
      await this.occupied(() => this.#judge(choice, expected));
    } finally {
      this.judging = false;
    }
  };

  async #judge(choice: number, expected: number): Promise<void> {
    const { value } = this.lesson.change.choices[choice]!;
    const judged = await this.perform(this.#valuesOf(choice), (evidence) =>
      this.attempt.predict(evidence, value, expected),
    );
    if (judged === undefined) return;
    if (judged.right) {
      this.seen = choice;
      if (this.attempt.hasReached(value)) {
        this.#goal = this.#valuesOf(choice);
        this.dispatchEvent(new ReachedEvent(value));
      }
      await this.go('see');
    } else {
      this.said = { text: `That is not what happens. ${judged.hint}`, kind: 'hint' };
      await this.perform({});
      await this.#showStep();
    }
  }

  /** The packet is one of the run that reached the goal, whatever was compared since. */
  async #askBytes(): Promise<void> {
    await this.perform(this.#goal, async (evidence) => {
      const packet = await evidence.packet(this.lesson.bytes.packet);
      this.packet = packet;
      if (packet !== undefined) this.#performer.select(packet.ordinal);
    });
    this.requestUpdate();
  }

  answerBytes = (): void => {
    const { answer, packet } = this;
    if (packet === undefined || Number.isNaN(answer)) {
      const wanted =
        'read' in this.lesson.bytes
          ? 'Type a number first, in digits from 0 to 9.'
          : 'Point at a byte first.';
      this.said = { text: wanted, kind: 'hint' };
      return;
    }
    const judged = this.attempt.answerBytes(packet, answer);
    this.said = judged.right
      ? { text: `Right. ${this.lesson.bytes.told}`, kind: 'good' }
      : { text: `No. ${judged.hint}`, kind: 'hint' };
  };

  /** Arrows go on and back where no field takes them. */
  onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || this.busy) return;
    const from = event.target as HTMLElement;
    if (from.closest('input, select, amber-trace') !== null) return;
    if (this.telling.steps.length === 0 && this.stage !== 'begin') return;
    if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
    event.preventDefault();
    void (event.key === 'ArrowRight' ? this.next() : this.back());
  };

  protected override render(): TemplateResult {
    return lessonPage(this);
  }
}
