/** What lasts, as bands: connections, times without life, faults. */
import type { Band, Label } from './display-list.ts';
import type { LabelRoom } from './label-room.ts';
import { printable } from './packet-label.ts';
import type { Period } from './periods.ts';
import {
  ABSENCE_HALF_WIDTH,
  isFolded,
  LABEL_HEIGHT,
  LANE_AIR,
  placeOfFault,
  plainLabel,
  SCANNED_MAX,
  xOf,
} from './places.ts';
import type { Scene } from './scene.ts';
import { fitText } from './text-measure.ts';
import { durationText } from './time-text.ts';

const PERIODS_MAX = 400;
const CONNECTION_HALF_WIDTH = 3;
const BEYOND = 100;

export class BandLayout {
  readonly #scene: Scene;
  readonly #room: LabelRoom;
  /** Of the window: the name of a band stands within it. */
  readonly #top: number;
  readonly #bottom: number;

  constructor(scene: Scene, room: LabelRoom, top: number, bottom: number) {
    this.#scene = scene;
    this.#room = room;
    this.#top = top;
    this.#bottom = bottom;
  }

  list(first: number, last: number): Band[] {
    const { axis, periodIndex, periods } = this.#scene;
    const { found } = periodIndex.query(first, last, SCANNED_MAX);
    const bands: Band[] = [];
    const places = new Set<string>();
    const latest = new Map<number, Band>();
    for (const each of found) {
      const period = periods[each]!;
      if (period.kind !== 'connection') {
        bands.push(this.#band(period));
        continue;
      }
      // Connections of a crowd lie on each other; a crash among them must not be left out.
      const x = xOf(this.#scene, period.connection.from);
      const ended = period.end < 0 ? '' : Math.round(axis.y(period.end));
      const place = `${x} ${Math.round(axis.y(period.begin))} ${ended}`;
      if (places.has(place)) continue;
      places.add(place);
      const band = this.#band(period);
      const before = latest.get(x);
      if (before !== undefined && isFolded(this.#scene, period.connection.from) && band.y1 <= before.y2 + 1) {
        before.y2 = Math.max(before.y2, band.y2);
        continue;
      }
      if (bands.length >= PERIODS_MAX) continue;
      latest.set(x, band);
      bands.push(band);
    }
    return bands;
  }

  #band(period: Period): Band {
    const { axis } = this.#scene;
    // What reaches far beyond the window ends a little outside of it: its ends are not seen.
    const least = this.#top - BEYOND;
    const most = this.#bottom + BEYOND;
    const start = axis.y(period.begin);
    const ended = period.end < 0 ? Number.NaN : axis.y(period.end);
    const y1 = Math.max(least, start);
    const y2 = Math.max(y1, Math.min(most, ended >= start ? ended : axis.height));
    const shape = { y1, y2, solidFrom: y1, label: undefined };
    if (period.kind === 'connection') {
      const { connection } = period;
      const x = xOf(this.#scene, connection.from);
      const solidFrom =
        connection.established === 0
          ? Number.NaN
          : Math.max(y1, Math.min(most, axis.y(connection.established - 1)));
      const i = connection.dialled || connection.established;
      return {
        ...shape,
        i,
        kind: 'connection',
        x1: x - CONNECTION_HALF_WIDTH,
        x2: x + CONNECTION_HALF_WIDTH,
        solidFrom,
      };
    }
    if (period.kind === 'absence') {
      const { absence } = period;
      const x = xOf(this.#scene, absence.node);
      const kind = absence.began.k === 'node.paused' ? 'paused' : 'down';
      return { ...shape, i: absence.began.i, kind, x1: x - ABSENCE_HALF_WIDTH, x2: x + ABSENCE_HALF_WIDTH };
    }
    const { began, ended: end } = period.fault;
    const place = placeOfFault(this.#scene, began.target);
    // The target is where it is drawn.
    const text = `${printable(began.family)} · ${durationText(end!.t - began.t)}`;
    // A node that is down says so itself.
    const told = this.#scene.story.absences.some((absence) => absence.began.c === began.i);
    const label = told ? undefined : this.#bandLabel(place, y1, y2, text);
    return { ...shape, i: began.i, kind: 'fault', ...place, label };
  }

  /** The name of a fault stands in its band, as near to its beginning as there is room. */
  #bandLabel(place: { x1: number; x2: number }, y1: number, y2: number, text: string): Label | undefined {
    const middle = (place.x1 + place.x2) / 2;
    const roomMax = Math.max(place.x2 - place.x1 - 2 * LANE_AIR, this.#scene.pitch - 2 * LANE_AIR);
    const fitted = fitText(text, 'mark', roomMax, this.#scene.measure);
    if (fitted === '') return undefined;
    const width = this.#scene.measure(fitted, 'mark');
    // A lane is too narrow for words: they stand beside it.
    const narrow = place.x2 - place.x1 < 2 * ABSENCE_HALF_WIDTH + 1;
    const x = narrow ? place.x2 + 6 : middle - width / 2;
    const from = Math.max(y1, this.#top) + 3;
    const to = Math.min(y2, this.#bottom) - LABEL_HEIGHT;
    for (const clear of [true, false]) {
      for (let y = from; y <= Math.max(from, to); y += LABEL_HEIGHT) {
        const label = plainLabel(x, y, width, fitted);
        if ((clear && !this.#room.isClear(label)) || !this.#room.isFree(label, true)) continue;
        this.#room.take(label);
        return label;
      }
    }
    this.#room.refused++;
    return undefined;
  }
}
