/** Frames of a WebSocket as boxes on the arrows of the packets that they carry, where those leave. */
import type { WebSocketSent } from '../../src/trace/event.ts';
import type { Arrow, Frame } from './display-list.ts';
import type { LabelRoom } from './label-room.ts';
import { isDimmed, LANE_AIR } from './places.ts';
import type { Scene } from './scene.ts';

const HEIGHT = 14;
/** Beside the words in a box, and between two boxes. */
const PADDING = 4;
const AIR = 3;
/** Closer lanes have room for numbers only, and those that are closer still for none. */
const PITCH_OF_WORDS = 220;
const PITCH_OF_UNITS = 150;
const PITCH_MIN = 90;
/** From further away rows are too low for boxes. */
const ZOOM_MIN = 0.75;

export class FrameLayout {
  readonly frames: Frame[] = [];
  /** By the ordinal of a packet: how far from its sender its boxes reach. */
  readonly #reach = new Map<number, number>();

  constructor(scene: Scene, room: LabelRoom, arrows: readonly Arrow[]) {
    if (scene.pitch < PITCH_MIN || scene.zoom < ZOOM_MIN) return;
    const boxes = new Map<number, Frame>();
    for (const arrow of arrows) if (arrow.count === 1) this.#carry(scene, arrow, boxes);
    for (const frame of boxes.values()) {
      room.take(frame);
      this.frames.push(frame);
    }
  }

  /** Pixels beside the sender of a packet that its words leave to boxes. */
  reachOf({ i }: Arrow): number {
    return this.#reach.get(i) ?? 0;
  }

  #carry(scene: Scene, arrow: Arrow, boxes: Map<number, Frame>): void {
    const { measure, pitch, story } = scene;
    const onward = arrow.aimX >= arrow.x1;
    const slope = arrow.x2 === arrow.x1 ? 0 : (arrow.y2 - arrow.y1) / (arrow.x2 - arrow.x1);
    let reach = LANE_AIR;
    for (const ordinal of story.framesOf(arrow.i)) {
      let box = boxes.get(ordinal);
      if (box === undefined) {
        const { bytes } = story.event(ordinal) as WebSocketSent;
        const unit = pitch < PITCH_OF_UNITS ? '' : ' B';
        // What the first box of an arrow says need not be said of the next.
        const word = pitch < PITCH_OF_WORDS || reach > LANE_AIR ? '' : 'frame of ';
        const text = `${word}${bytes.length}${unit}`;
        const width = Math.ceil(measure(text, 'mark')) + 2 * PADDING;
        const x = Math.round(onward ? arrow.x1 + reach : arrow.x1 - reach - width);
        const y = Math.round(arrow.y1 + slope * (x + width / 2 - arrow.x1) - HEIGHT / 2);
        const dimmed = isDimmed(scene, ordinal - 1) && arrow.dimmed;
        box = { i: ordinal, x, y, width, height: HEIGHT, text, dimmed };
        boxes.set(ordinal, box);
      } else {
        // One frame around all packets that are in it.
        const bottom = arrow.y1 + slope * (box.x + box.width / 2 - arrow.x1) + HEIGHT / 2;
        box.height = Math.max(box.height, Math.round(bottom) - box.y);
      }
      reach = Math.max(reach, (onward ? box.x + box.width - arrow.x1 : arrow.x1 - box.x) + AIR);
    }
    if (reach > LANE_AIR) this.#reach.set(arrow.i, reach);
  }
}
