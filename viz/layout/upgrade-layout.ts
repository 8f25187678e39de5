/** The handshake of a WebSocket, as two arrows before the first packet: what is asked for, and what is agreed to. */
import type { WebSocketSent } from '../../src/trace/event.ts';
import { KIND_CODES } from '../index/event-columns.ts';
import { UNDRAWN } from '../index/group.ts';
import { endsOfConnection } from '../index/story.ts';
import type { Arrow, Label } from './display-list.ts';
import type { LabelRoom } from './label-room.ts';
import { printable } from './packet-label.ts';
import { isDimmed, LABEL_HEIGHT, LANE_AIR, xOf } from './places.ts';
import type { Scene } from './scene.ts';
import { fitText } from './text-measure.ts';

const SENT = KIND_CODES['websocket.sent'];
/** What was sent arrives within so many events, or is drawn as if it were under way. */
const ARRIVES_WITHIN = 2_000;
const HANDSHAKES_MAX = 100;
const LIFT = 2;

/** Of the instants of a window. */
export function layoutUpgrades(scene: Scene, room: LabelRoom, first: number, last: number): Arrow[] {
  const { roster, rows, story } = scene;
  const { group, kind } = story.events;
  const from = rows.firstOf[first] ?? 0;
  const end = rows.firstOf[last + 1] ?? rows.instantOf.length;
  const arrows: Arrow[] = [];
  for (let position = from; position < end && arrows.length < HANDSHAKES_MAX; position++) {
    if (kind[position] !== SENT || group[position] === UNDRAWN || rows.instantOf[position]! < 0) continue;
    const sent = story.event(position + 1) as WebSocketSent;
    const { from: dialler, to: listener } = endsOfConnection(sent.conn);
    const to = sent.n === dialler ? listener : dialler;
    if (roster.laneOf.has(sent.n) && roster.laneOf.has(to)) arrows.push(upgrade(scene, room, sent, to));
  }
  return arrows;
}

function upgrade(scene: Scene, room: LabelRoom, sent: WebSocketSent, to: string): Arrow {
  const { axis, story } = scene;
  const x1 = xOf(scene, sent.n);
  const aimX = xOf(scene, to);
  const y1 = axis.y(sent.i - 1);
  const arrival = arrivalOf(scene, sent.i);
  const arrived = arrival > 0;
  const x2 = arrived ? aimX : (x1 + aimX) / 2;
  const y2 = arrived ? Math.max(y1, axis.yAt(story.events.time[arrival - 1]!)) : y1 + LABEL_HEIGHT;
  return {
    i: sent.i,
    x1,
    y1,
    x2,
    y2,
    family: 'ping',
    weight: 1,
    end: arrived ? 'arrived' : 'under-way',
    accused: false,
    aimX,
    count: 0,
    label: labelOf(scene, room, sent, { x1, y1, x2, y2 }),
    note: undefined,
    dimmed: isDimmed(scene, sent.i - 1),
  };
}

/** The ordinal at which something that is no packet arrived; 0 when it is not known. */
function arrivalOf({ story }: Scene, ordinal: number): number {
  const last = Math.min(story.eventCount, ordinal + ARRIVES_WITHIN);
  for (let each = ordinal + 1; each <= last; each++) {
    const event = story.events.cause[each - 1] === ordinal ? story.event(each) : undefined;
    if (event?.k === 'websocket.received' && event.of === ordinal) return each;
  }
  return 0;
}

/** The first line of the request or response, above the middle of its arrow. */
function labelOf(
  { measure }: Scene,
  room: LabelRoom,
  { bytes }: WebSocketSent,
  { x1, x2, y1, y2 }: Pick<Arrow, 'x1' | 'x2' | 'y1' | 'y2'>,
): Label | undefined {
  const line = printable(new TextDecoder().decode(bytes.subarray(0, Math.max(0, bytes.indexOf(0x0d)))));
  // Which version of HTTP it is need not be seen at a glance.
  const said = line.replace(/^HTTP\/[\d.]+ | HTTP\/[\d.]+$/, '');
  const most = Math.abs(x2 - x1) - 2 * LANE_AIR;
  // Of a response that has no room its number is enough.
  const text = fitText(
    measure(said, 'mark') > most ? said.replace(/^(\d+) .*/, '$1') : said,
    'mark',
    most,
    measure,
  );
  const width = measure(text, 'mark');
  const x = Math.round((x1 + x2 - width) / 2);
  const slope = x1 === x2 ? 0 : Math.abs((y2 - y1) / (x2 - x1));
  const clear = (y1 + y2) / 2 - (slope * width) / 2 - LABEL_HEIGHT - LIFT;
  const y = Math.round(Math.max(clear, y1 - LABEL_HEIGHT - LIFT));
  const label: Label = { x, y, width, height: LABEL_HEIGHT, spans: [{ text, style: 'mark', dx: 0, width }] };
  if (text === '' || !room.isFree(label)) return undefined;
  room.take(label);
  return label;
}
