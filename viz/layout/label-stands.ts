/** Where the words of a packet stand about its line. */
import type { Arrow, Label, Span } from './display-list.ts';
import type { LabelRoom } from './label-room.ts';
import { widthOf } from './label-spans.ts';
import { LABEL_HEIGHT } from './places.ts';
import { PITCH_OF_LABELS, type Scene } from './scene.ts';

/** An arrow that falls by more pixels than this is not seen as a whole. */
const LONG_MIN = 600;
/** Between the line of an arrow and its label. */
const LABEL_LIFT = 1.5;
/** At most so much more, where a label cannot be wholly off a steep line. */
const LABEL_CLEAR_MAX = 9;
/** So much further from its line a label may be than that asks for: it is off that of a moment then. */
const LABEL_MOVE_MAX = 9;
/** Words beyond a frame are so much further from its line. */
const FRAME_ROOM = 9;
/** On a line that is no steeper words lie along it; others have it at a corner, where there is room under letters. */
const ALONG_MAX = 4;
/** Of the cross of a lost packet, from its middle. */
export const CROSS = 6;

/**
 * Where the words of a packet may be, the best first: off every line, also that of a moment; off those of packets; on their own; on
 * whatever line there is.
 */
export const STANDS = ['clear', 'off', 'on', 'across'] as const;
export type Stand = (typeof STANDS)[number];

/** Of a line. */
export type Side = 'above' | 'below';

const PLACES = ['above'] as const;
/** Where an arrow arrives just above, a lost one is named between the two, where they are apart, or else below its line. */
const PLACES_OF_LOST = [...PLACES, 'beside', 'below'] as const;

export class LabelStands {
  readonly #scene: Scene;
  readonly #room: LabelRoom;

  constructor(scene: Scene, room: LabelRoom) {
    this.#scene = scene;
    this.#room = room;
  }

  /**
   * A free place on the line between `left` and `right`: its middle first, then either way.
   *
   * @param reach of the frames that the packet left in, in pixels from where it left
   */
  find(
    arrow: Arrow,
    spans: readonly Span[],
    left: number,
    right: number,
    stand: Stand,
    side: Side,
    reach: number,
  ): Label | undefined {
    const width = widthOf(spans);
    const slack = right - left - width;
    const lost = arrow.end === 'lost';
    const atDeparture = isNamedWhereItLeft(arrow);
    const slope = arrow.x2 === arrow.x1 ? 0 : (arrow.y2 - arrow.y1) / (arrow.x2 - arrow.x1);
    const shares = atDeparture ? [arrow.x2 > arrow.x1 ? 0 : 1, 0.5] : this.#shares(arrow);
    const clear = stand !== 'across';
    const off = atDeparture ? 0 : (Math.abs(slope) * width) / 2;
    if (stand === 'clear' || stand === 'off') {
      // A frame on the line takes some room beside it.
      const framed = reach > 0;
      for (const more of framed ? [0, FRAME_ROOM] : [0]) {
        for (const share of shares) {
          const x = Math.round(left + slack * share);
          const lineY = atDeparture ? arrow.y1 : arrow.y1 + slope * (x + width / 2 - arrow.x1);
          const y = besideLine(lineY, off, side) + (side === 'above' ? -more : more);
          const label: Label = { x, y, width, height: LABEL_HEIGHT, spans };
          if (stand === 'clear' && !this.#keepOffMoments(label, side)) continue;
          if (!this.#room.isClear(label, arrow)) continue;
          if (!this.#room.holds(label) || this.#room.isFree(label, lost || arrow.accused)) return label;
        }
      }
      return undefined;
    }
    const away = Math.min(LABEL_CLEAR_MAX, off);
    // First clear of the line, then on it, where its halo keeps it readable.
    for (const lift of away > 1 ? [away, 0] : [0]) {
      for (const where of lost && clear ? PLACES_OF_LOST : PLACES) {
        for (const share of shares) {
          const x = left + slack * share;
          const lineY = atDeparture ? arrow.y1 : arrow.y1 + slope * (x + width / 2 - arrow.x1);
          const y = Math.round(
            where === 'above'
              ? lineY - lift - LABEL_LIFT - LABEL_HEIGHT
              : where === 'beside'
                ? lineY - LABEL_HEIGHT / 2
                : lowestOf(arrow, x, x + width) + CROSS,
          );
          const label: Label = { x: Math.round(x), y, width, height: LABEL_HEIGHT, spans };
          if (clear && !this.#room.isClear(label, where === 'beside' ? undefined : arrow)) continue;
          if (!this.#room.holds(label) || this.#room.isFree(label, lost || arrow.accused)) return label;
        }
      }
    }
    return undefined;
  }

  /** Moves a label a little further from its line, to where nothing happens beside it; false where that is too far. */
  #keepOffMoments(label: Label, side: Side): boolean {
    const { y } = label;
    for (;;) {
      const moment = this.#room.momentIn(label);
      if (moment === undefined) return true;
      label.y = side === 'above' ? Math.floor(moment - LABEL_HEIGHT) : Math.ceil(moment);
      if (Math.abs(label.y - y) > LABEL_MOVE_MAX) return false;
    }
  }

  /** Where on its stretch a label is tried: in the middle, or at the client's end of a line that crosses many lanes. */
  #shares(arrow: Arrow): readonly number[] {
    const { laneX, pitch, roster } = this.#scene;
    if (pitch >= PITCH_OF_LABELS) return [0.5, 0.25, 0.75, 0, 1];
    const fromBroker = roster.lanes.some((lane) => lane.side === 'middle' && laneX[lane.index] === arrow.x1);
    const clientLeft = arrow.x1 < arrow.aimX !== fromBroker;
    return clientLeft ? [0, 0.25, 0.5, 0.75, 1] : [1, 0.75, 0.5, 0.25, 0];
  }
}

/** The top of a label that is beside a line, which is so high at its middle, and so much higher and lower at its ends. */
function besideLine(lineY: number, off: number, side: Side): number {
  const lift = off > ALONG_MAX ? -LABEL_LIFT : LABEL_LIFT;
  return side === 'above' ? Math.floor(lineY - off - lift - LABEL_HEIGHT) : Math.ceil(lineY + off + lift);
}

/** One that is under way for longer than a view is high, too: nowhere else would anyone see the name. */
function isNamedWhereItLeft({ end, y1, y2 }: Arrow): boolean {
  return end === 'lost' || y2 - y1 > LONG_MIN;
}

/** How far down a line is between two places beside each other. */
function lowestOf({ x1, x2, y1, y2 }: Arrow, left: number, right: number): number {
  const far = x2 > x1 ? Math.min(x2, right) : Math.max(x2, left);
  return x2 === x1 ? y2 : y1 + ((y2 - y1) * (far - x1)) / (x2 - x1);
}

/** About where the words of an arrow should stand. */
export function namedAt(arrow: Arrow): number {
  return isNamedWhereItLeft(arrow) ? arrow.y1 : (arrow.y1 + arrow.y2) / 2;
}
