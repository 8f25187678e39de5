/**
 * What is wrong with a lesson: it is gone through as a reader would, with every choice and every answer. Each fault is a sentence that
 * says what is wrong and where.
 */
import { STATEMENTS } from '../../../src/check/rules/statements.ts';
import { Attempt } from '../../../viz/lessons/attempt.ts';
import { BYTES_SHOWN, type Evidence, readOff } from '../../../viz/lessons/evidence.ts';
import type {
  Choice,
  Lack,
  LackOfMutant,
  LackOfStory,
  Lesson,
  Moment,
  Step,
} from '../../../viz/lessons/lesson.ts';
import { byteAnswers, LessonRoute } from './lesson-route.ts';
import { type Rehearsal, Rehearsals, type Values } from './rehearsal.ts';

const STATEMENT = /\[([^\]]+)\]/g;
const KNOWN = new Set(STATEMENTS.map(({ id }) => id));

/** Empty when nothing is wrong. */
export async function lessonFaults(lesson: Lesson): Promise<string[]> {
  const check = new Check(lesson);
  try {
    await check.all();
  } catch (error) {
    check.faults.push(error instanceof Error ? error.message : String(error));
  }
  return check.faults;
}

/** A run in which something is missing, and one in which it is not. */
interface Comparison {
  where: string;
  lacking: Rehearsal;
  sound: Rehearsal;
  /** How the other one is made. */
  without: string;
}

class Check {
  readonly faults: string[] = [];
  readonly #lesson: Lesson;
  readonly #rehearsals = new Rehearsals();
  readonly #route: LessonRoute;

  constructor(lesson: Lesson) {
    this.#lesson = lesson;
    this.#route = new LessonRoute(lesson, this.#rehearsals);
  }

  async all(): Promise<void> {
    const { change, goal, prediction, watch } = this.#lesson;
    this.#wording();
    const first = await this.#rehearse({}, 'the first run');
    await this.#steps(first.evidence, watch, 'the first run');
    if (await first.evidence.hold(goal.holds))
      this.#say('the goal is reached by the first run: nothing would have to be changed');
    if (change.choices.length < 2)
      this.#say('there is nothing to choose: a change needs two choices at least');
    if (prediction.expectations.length < 2)
      this.#say('there is nothing to predict: two expectations at least');
    for (const choice of change.choices) await this.#choice(choice);
    for (const lack of this.#lesson.lack ?? []) await this.#lack(lack);
    await this.#matrix();
    await this.#bill();
    await this.#answers();
  }

  #say(fault: string): void {
    this.faults.push(fault);
  }

  #wording(): void {
    const { begin, standard, bytes, prediction, watch } = this.#lesson;
    if (begin.length === 0 || watch.length === 0)
      this.#say('it does not say what there is: begin and watch need a text each');
    const named = [...standard.matchAll(STATEMENT)].map(([, id]) => id!);
    if (named.length === 0) this.#say('standard names no statement: [5.0/MQTT-3.3.1-2]');
    for (const id of named) if (!KNOWN.has(id)) this.#say(`standard: there is no statement [${id}]`);
    for (const { hint, text } of prediction.expectations)
      if (hint.trim() === '') this.#say(`"${text}" has no hint`);
    if (bytes.hint.trim() === '') this.#say('the item about bytes has no hint');
  }

  /** Runs the story; every promise has to hold, unless a known bug breaks one on purpose. */
  async #rehearse(
    values: Values,
    where: string,
    mutant = this.#lesson.mutant,
    story = this.#lesson.story,
  ): Promise<Rehearsal> {
    const rehearsal = await this.#rehearsals.rehearse(this.#lesson, values, mutant, story);
    const { result } = rehearsal;
    if (result.verdict !== 'passed' && !(mutant !== undefined && result.verdict === 'failed')) {
      this.#say(
        `${where} ends with the verdict ${result.verdict}${result.error === undefined ? '' : `: ${result.error.message}`}`,
      );
    }
    return rehearsal;
  }

  async #steps(evidence: Evidence, steps: readonly Step[], where: string): Promise<void> {
    let before = 0;
    for (const [index, { at }] of steps.entries()) {
      const ordinal = await evidence.find(at);
      if (ordinal === undefined)
        this.#say(`step ${index + 1} of ${where} never comes: ${momentText(at)} matches nothing`);
      else if (ordinal < before)
        this.#say(`step ${index + 1} of ${where} comes before the step that is told before it`);
      before = ordinal ?? before;
    }
  }

  /** Of every choice exactly one expectation is right, and what is told of it happens. */
  async #choice({ value, label, steps }: Choice): Promise<void> {
    const { change, prediction } = this.#lesson;
    const where = `the run with ${change.parameter} ${value}`;
    const { evidence } = await this.#rehearse({ [change.parameter]: value }, where);
    if (steps.length === 0) this.#say(`nothing is told of "${label}"`);
    await this.#steps(evidence, steps, where);
    const right = [];
    for (const { text, holds } of prediction.expectations) if (await evidence.hold(holds)) right.push(text);
    if (right.length !== 1) {
      this.#say(
        `of ${where} ${right.length} expectations are right, and it has to be one: ${right.map((text) => `"${text}"`).join(', ') || 'none'}`,
      );
    }
  }

  /** What is different where something is missing is there then, and not otherwise. */
  async #lack(lack: Lack): Promise<void> {
    const { holds, steps } = lack;
    const { where, lacking, sound, without } = await ('story' in lack
      ? this.#lackOfStory(lack)
      : this.#lackOfMutant(lack));
    await this.#steps(lacking.evidence, steps, where);
    if ('story' in lack && lack.mended !== undefined)
      await this.#steps(sound.evidence, lack.mended.steps, `${where} ${without}`);
    if (!(await lacking.evidence.hold(holds))) this.#say(`what ${where} should show does not happen`);
    if (await sound.evidence.hold(holds)) this.#say(`what ${where} should show happens ${without} as well`);
  }

  async #lackOfMutant({ mutant, value }: LackOfMutant): Promise<Comparison> {
    const { parameter } = this.#lesson.change;
    const values = { [parameter]: value };
    const where = `the run with ${parameter} ${value} and ${mutant}`;
    return {
      where,
      lacking: await this.#rehearse(values, where, mutant),
      sound: await this.#rehearse(values, `the run with ${parameter} ${value}`),
      without: `without ${mutant}`,
    };
  }

  async #lackOfStory({ sound, story }: LackOfStory): Promise<Comparison> {
    const { mutant } = this.#lesson;
    const where = `the run of ${story}`;
    const without = `with ${Object.entries(sound)
      .map(([name, value]) => `${name} ${value}`)
      .join(' and ')}`;
    return {
      where,
      lacking: await this.#rehearse({}, where, mutant, story),
      sound: await this.#rehearse(sound, `${where} ${without}`, mutant, story),
      without,
    };
  }

  async #matrix(): Promise<void> {
    const { matrix } = this.#lesson;
    if (matrix === undefined) return;
    for (const row of matrix.rows.values) {
      for (const column of matrix.columns.values) {
        const where = `the cell ${row}, ${column}`;
        const values = { [matrix.rows.parameter]: row, [matrix.columns.parameter]: column };
        const { evidence } = await this.#rehearse(values, where);
        const packet = await evidence.packet(matrix.packet);
        if (packet === undefined || readOff(packet, matrix.read) === undefined)
          this.#say(`${where} has nothing to show`);
      }
    }
  }

  async #bill(): Promise<void> {
    const { bill, change } = this.#lesson;
    for (const entry of bill?.entries ?? []) {
      if ('text' in entry) continue;
      const values = entry.value === undefined ? {} : { [change.parameter]: entry.value };
      const { evidence } = await this.#rehearse(values, `the run of "${entry.name}"`);
      for (const moment of entry.packets) {
        if ((await evidence.packet(moment)) === undefined)
          this.#say(`the bill has no packet for "${entry.name}": ${momentText(moment)} matches none`);
      }
    }
  }

  /** Right answers pass and wrong ones do not, in every run in which the item about bytes can be asked. */
  async #answers(): Promise<void> {
    const { bytes } = this.#lesson;
    const route = await this.#route.find();
    const last = route.tries.at(-1);
    if (last === undefined) {
      this.#say('the goal cannot be reached: no choice brings it about');
      return;
    }
    for (const { evidence } of route.tries) {
      const packet = await evidence.packet(bytes.packet);
      if (packet === undefined) {
        this.#say(`the item about bytes has no packet: ${momentText(bytes.packet)} matches none with bytes`);
        return;
      }
      const { right, wrong } = byteAnswers(this.#lesson, packet);
      if (right === undefined) {
        this.#say(
          'the item about bytes cannot be answered: the packet has no such field, or no number in it',
        );
        return;
      }
      if (wrong === undefined) this.#say('every byte is right: the field is the whole packet');
      const needed = 'field' in bytes ? right : bytes.read === 'size' ? packet.size - 1 : 0;
      if (needed >= BYTES_SHOWN) {
        this.#say(
          `the answer about bytes cannot be seen: only the first ${BYTES_SHOWN} of the packet are shown`,
        );
      }
      if ('read' in bytes && bytes.hint.split(/\W+/).includes(String(right)))
        this.#say('the hint to the bytes tells the solution');
    }
    await this.#walk(route, false);
    await this.#walk(route, true);
  }

  /** Goes the whole way; with wrong answers only, nobody passes. */
  async #walk({ tries, bytes, wrongBytes }: LessonRoute, wrongly: boolean): Promise<void> {
    const lesson = this.#lesson;
    const attempt = new Attempt(lesson);
    for (const { evidence, value, right } of tries) {
      for (const [index] of lesson.prediction.expectations.entries()) {
        if ((index === right) === wrongly) continue;
        const judged = await attempt.predict(evidence, value, index);
        if (judged.right === wrongly)
          this.#say(`with ${value}, the answer ${index + 1} is judged ${judged.right ? 'right' : 'wrong'}`);
      }
    }
    const packet = (await tries.at(-1)!.evidence.packet(lesson.bytes.packet))!;
    attempt.answerBytes(packet, wrongly ? wrongBytes : bytes);
    if (attempt.passed === wrongly) this.#say(wrongly ? 'wrong answers pass' : 'right answers do not pass');
  }
}

function momentText(moment: Moment): string {
  return typeof moment === 'string' ? `"${moment}"` : `number ${moment.nth} of "${moment.filter}"`;
}
