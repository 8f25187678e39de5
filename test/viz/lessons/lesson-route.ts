/** A way through a lesson that passes: which choices are made, and which answers are right. Found out from the runs. */
import type { ParameterValue } from 'mqtt-amber';
import { Attempt } from '../../../viz/lessons/attempt.ts';
import { type Evidence, readOff } from '../../../viz/lessons/evidence.ts';
import type { Lesson } from '../../../viz/lessons/lesson.ts';
import type { BytesLook } from '../../../viz/worker/answers/event-answers.ts';
import type { Rehearsals } from './rehearsal.ts';

export interface Try {
  value: ParameterValue;
  /** The place of the choice among the choices. */
  choice: number;
  /** The place of the right expectation. */
  right: number;
  evidence: Evidence;
}

export class LessonRoute {
  /** What has to be tried until the goal is reached. */
  tries: Try[] = [];
  /** The offset of a byte, or a number, as the item about bytes asks. */
  bytes = Number.NaN;
  /** The same, and wrong; NaN when nothing is. */
  wrongBytes = Number.NaN;
  readonly #lesson: Lesson;
  readonly #rehearsals: Rehearsals;

  constructor(lesson: Lesson, rehearsals: Rehearsals) {
    this.#lesson = lesson;
    this.#rehearsals = rehearsals;
  }

  /** Without tries when the goal cannot be reached. */
  async find(): Promise<this> {
    const { bytes, change, goal, prediction } = this.#lesson;
    const reaching: Try[] = [];
    for (const [choice, { value }] of change.choices.entries()) {
      const { evidence } = await this.#rehearsals.rehearse(this.#lesson, { [change.parameter]: value });
      if (!(await evidence.hold(goal.holds))) continue;
      for (const [right, { holds }] of prediction.expectations.entries())
        if (await evidence.hold(holds)) reaching.push({ value, choice, right, evidence });
    }
    if (goal.all === true) this.tries = reaching.length === change.choices.length ? reaching : [];
    else this.tries = reaching.slice(0, 1);
    const packet = await this.tries.at(-1)?.evidence.packet(bytes.packet);
    if (packet === undefined) return this;
    const { right = Number.NaN, wrong = Number.NaN } = byteAnswers(this.#lesson, packet);
    this.bytes = right;
    this.wrongBytes = wrong;
    return this;
  }
}

/** A right answer to the item about bytes and a wrong one, as they are judged; undefined when there is none. */
export function byteAnswers(
  lesson: Lesson,
  packet: BytesLook,
): { right: number | undefined; wrong: number | undefined } {
  const { bytes } = lesson;
  const value = 'read' in bytes ? readOff(packet, bytes.read) : undefined;
  const possible =
    'read' in bytes ? (value === undefined ? [] : [value, value + 1]) : [...packet.bytes.keys()];
  const isRight = (answer: number): boolean => new Attempt(lesson).answerBytes(packet, answer).right;
  return { right: possible.find(isRight), wrong: possible.find((answer) => !isRight(answer)) };
}
