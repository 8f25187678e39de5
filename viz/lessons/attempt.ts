/**
 * One reader's way through one lesson: what was predicted and tried, and whether that is enough. It knows no page, so that the
 * checker goes the same way.
 */
import type { ParameterValue } from '../../src/scenario/parameters.ts';
import type { BytesLook } from '../worker/answers/event-answers.ts';
import { bytesOfField, type Evidence, readOff } from './evidence.ts';
import type { ByteItem, Lesson } from './lesson.ts';

/** What is said to an answer; of a wrong one why it cannot be, and not what would be right. */
export type Judged = { readonly right: true } | { readonly right: false; readonly hint: string };

export class Attempt {
  readonly lesson: Lesson;
  /** Values with which the goal was reached, in a run that was predicted. */
  readonly #reached: Set<ParameterValue>;
  #bytesRead = false;
  /** It was passed on another visit. */
  readonly #before: boolean;

  /** @param reached on other visits: values with which the goal was reached */
  constructor(lesson: Lesson, before = false, reached: Iterable<ParameterValue> = []) {
    this.lesson = lesson;
    this.#before = before;
    this.#reached = new Set(reached);
  }

  /** Judges what was expected of a run by what happened in it. */
  async predict(evidence: Evidence, value: ParameterValue, expected: number): Promise<Judged> {
    const { goal, prediction } = this.lesson;
    const { holds, hint } = prediction.expectations[expected]!;
    if (!(await evidence.hold(holds))) return { right: false, hint };
    if (await evidence.hold(goal.holds)) this.#reached.add(value);
    return { right: true };
  }

  /** Whether a value was predicted and brought the goal about. */
  hasReached(value: ParameterValue): boolean {
    return this.#reached.has(value);
  }

  /** Something was predicted that brought the goal about. */
  get begun(): boolean {
    return this.#before || this.#reached.size > 0;
  }

  /** What was to be brought about has been. */
  get goalReached(): boolean {
    if (this.#before) return true;
    const { change, goal } = this.lesson;
    return goal.all === true
      ? change.choices.every(({ value }) => this.#reached.has(value))
      : this.#reached.size > 0;
  }

  /** @param answer the offset of a byte, or a number, as the item asks */
  answerBytes(packet: BytesLook, answer: number): Judged {
    const { bytes } = this.lesson;
    if (!isRight(bytes, packet, answer)) return { right: false, hint: bytes.hint };
    this.#bytesRead = true;
    return { right: true };
  }

  get bytesRead(): boolean {
    return this.#bytesRead;
  }

  get passed(): boolean {
    return this.goalReached && this.#bytesRead;
  }
}

function isRight(item: ByteItem, packet: BytesLook, answer: number): boolean {
  if ('read' in item) return answer === readOff(packet, item.read);
  const field = bytesOfField(packet, item.field);
  return field !== undefined && answer >= field.from && answer < field.to;
}
