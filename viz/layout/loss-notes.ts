/** Why packets were lost, said once for all that one fault took. */
import type { FaultBegan, PacketLost } from '../../src/trace/event.ts';
import type { Arrow, Label } from './display-list.ts';
import type { LabelRoom } from './label-room.ts';
import { printable } from './packet-label.ts';
import { strikesDrawn } from './periods.ts';
import { LABEL_HEIGHT, LANE_AIR, LANE_AIR_NARROW, plainLabel } from './places.ts';
import type { Scene } from './scene.ts';
import { STRIKE_BRIEFLY, strikeBehind, strikeText } from './strike.ts';
import { fitText } from './text-measure.ts';

/** Between the cross of a lost packet and its reason, for the sign of the fault that took it. */
export const STRIKE_AIR = 12;
const REASON_WIDTH_MAX = 240;

export class LossNotes {
  readonly #scene: Scene;
  readonly #room: LabelRoom;
  /** By the ordinal of a fault: the last packet that it took away. */
  readonly struck = new Map<number, Arrow>();

  constructor(scene: Scene, room: LabelRoom) {
    this.#scene = scene;
    this.#room = room;
  }

  /** Beyond the cross, where the line has ended; else below it, else before it. A fault that is seen there says it for all it took. */
  of(arrow: Arrow, end: PacketLost): Label | undefined {
    const { measure, story } = this.#scene;
    const fault = story.event(strikeBehind(story, end));
    const strikes = fault?.k === 'fault.began' && this.#isSeen(fault);
    const named = strikes && this.struck.has(fault.i);
    if (strikes) this.struck.set(fault.i, arrow);
    if (named) return undefined;
    const whole = strikes ? strikeText(fault) : lossText(end.reason);
    const close = strikes && measure(whole, 'mark') > this.#scene.pitch - 2 * LANE_AIR_NARROW;
    const text = fitText(close ? STRIKE_BRIEFLY : whole, 'mark', REASON_WIDTH_MAX, measure);
    const width = measure(text, 'mark');
    const onward = arrow.aimX >= arrow.x1;
    const sign = strikes ? STRIKE_AIR : 0;
    const right = arrow.x2 + LANE_AIR + (onward ? sign : 0);
    const left = arrow.x2 - LANE_AIR - width - (onward ? 0 : sign);
    const beside = arrow.y2 - LABEL_HEIGHT / 2;
    const near = Math.abs(arrow.x2 - arrow.x1) > 0.7 * Math.abs(arrow.aimX - arrow.x1);
    const places = [
      // Near its goal there is a lane in the way.
      ...(near ? ([[onward ? left : right, arrow.y2 + 4]] as const) : []),
      [onward ? right : left, beside],
      [arrow.x2 - width / 2, arrow.y2 + 7],
      // Below the line, where that is higher than its end.
      [onward ? left : right, arrow.y2 + 2],
      [onward ? right : left, arrow.y2 + 6],
      // Below its name.
      [arrow.x2 - width / 2, arrow.y2 + 7 + LABEL_HEIGHT],
      [onward ? left : right, beside],
    ] as const;
    const [first, last] = onward ? [arrow.x1, arrow.aimX] : [arrow.aimX, arrow.x1];
    // First between the lanes, then across one.
    for (const between of [true, false]) {
      for (const [x, y] of places) {
        if ((x > first && x + width < last) !== between || x < 0) continue;
        const label = plainLabel(x, y, width, text);
        if (!this.#room.isFree(label, true)) continue;
        this.#room.take(label);
        return label;
      }
    }
    this.#room.refused++;
    return undefined;
  }

  /** A fault that strikes in a moment has a mark; one that lasts has a band. */
  #isSeen({ i, target }: FaultBegan): boolean {
    const { roster, rows, story } = this.#scene;
    const lasts = story.faults.some(({ began, ended }) => began.i === i && ended !== undefined);
    return !lasts && (rows.instantOf[i - 1] ?? -1) >= 0 && strikesDrawn(target, story, roster);
  }
}

/** Who closed a connection comes last, so that nobody reads it as what was closed. */
function lossText(reason: string): string {
  return printable(reason).replace(/^(\S+) closed$/, 'closed by $1');
}
