/** Where to look, and how near: from the whole trace to one event. */
import type { Scene } from './scene.ts';
import { type TimeAxis, ZOOM_OF_READING, zoomFor } from './time-axis.ts';

/** What a view should show. */
export type Aim =
  /** The beginning, at the zoom that is asked for. */
  | { is: 'start' }
  /**
   * A time in microseconds and what comes after it, which takes the room that there is; if a flight is given, words have room beside it.
   * What comes after `until` need not be in view with the rest. Where there is no room for all up to it, it is the first of the shorter stretches that
   * has room, if any.
   */
  | {
      is: 'fill';
      from: number;
      flight: Flight | undefined;
      until?: number | undefined;
      shorter?: readonly Stretch[] | undefined;
      /** Below `until`, in pixels. */
      room?: number;
    }
  /** A time in microseconds stays so far below the top of the view; `beside` is further below, within what has that time. */
  | { is: 'keep'; time: number; beside: number; below: number }
  /** Everything. */
  | { is: 'all' }
  /** Times in microseconds. */
  | { is: 'times'; from: number; to: number }
  /** An event with what belongs to it: a packet from departure to arrival, a verdict with what it is about. */
  | { is: 'event'; ordinal: number };

/** From when to when a packet is under way, in microseconds. */
export interface Flight {
  from: number;
  to: number;
}

/** What is told of, in microseconds. */
export interface Stretch {
  from: number;
  until: number;
}

/** As many views from what is seen a place is far: who goes there does not scroll. */
export const FAR_VIEWS = 2;
/** What is sought stands so far below the top of its view. */
export const SOUGHT_AT = 0.4;
/** What is aimed at takes so much of the view. */
const SHARE = 0.6;
/** Nearer than this words are as large as they get: an instant has no more to show. */
const ZOOM_OF_WORDS = 1;
/** Where lanes are so near that words hide most of an arrow which falls no further than they are high. */
const ZOOM_OF_NARROW = 1.5;
/** So near are these. */
const PITCH_NARROW = 160;
/** Nearer than this a short trace has air enough. */
const ZOOM_OF_AIR = 6;
/** The same where a packet says how far it should fall. */
const ZOOM_OF_FALL = 2.5;
/** A packet that stands for others falls so far, and less where all is seen at once then. */
const FALL = 64;
const FALL_LEAST = 36;
/** What is seen at once is no smaller than this. */
const ZOOM_OF_WHOLE = 0.75;
/** Above what a view begins with. */
const LEAD = 42;
/** At least. */
const LEAD_LEAST = 18;
/** What is below the last words of a picture can be missed. */
const LAST_AIR = 28;
/** For words below the last event that is to be seen. */
const LAST_ROOM = 20;
/** The same below what is told first of more: the button that goes on is there. */
const BUTTON_ROOM = 62;

export type Filling = Omit<Extract<Aim, { is: 'fill' }>, 'is'>;

/** Zooms out no further than to the whole, and never so that a short trace is blown up. */
export function zoomOfAll(axisAt: (zoom: number) => TimeAxis, viewHeight: number): number {
  return zoomFor(viewHeight, 1, (zoom) => axisAt(zoom).height);
}

/** The height at which a view begins that begins with a time; it begins nearer to that where it has the end as well then. */
export function topFor(
  axis: TimeAxis,
  { from, room, until }: Filling,
  viewHeight = Number.POSITIVE_INFINITY,
): number {
  const y = axis.yAt(from);
  const ending = endOf(axis, until, room) - viewHeight;
  return Math.max(0, y - LEAD, ending <= y - LEAD_LEAST ? ending : 0);
}

/** The height at which all is told. */
function endOf(axis: TimeAxis, until = Number.POSITIVE_INFINITY, room = LAST_ROOM): number {
  return Math.min(axis.height - LAST_AIR, axis.yAt(until) + room);
}

/** Of all that is to be in view, and of shorter stretches, the first that has room; all when none has. */
export function fillingIn(axisAt: (zoom: number) => TimeAxis, viewHeight: number, filling: Filling): Filling {
  const { shorter = [], until } = filling;
  if (until === undefined) return filling;
  const first = shorter.map((stretch) => ({ ...stretch, room: BUTTON_ROOM }));
  const all = [{ from: filling.from, until, room: LAST_ROOM }, ...first];
  const fits = all.find((stretch) => {
    const tried = { ...filling, ...stretch };
    const axis = axisAt(zoomOfRoom(axisAt, viewHeight, tried));
    return endOf(axis, stretch.until, stretch.room) <= topFor(axis, tried, viewHeight) + viewHeight + 1;
  });
  return { ...filling, ...fits };
}

/** Zooms until what comes from a time on fills the view, and out only a little: more than that is scrolled. */
export function zoomOfRoom(
  axisAt: (zoom: number) => TimeAxis,
  viewHeight: number,
  { flight, from, room, until }: Filling,
  pitch = Number.POSITIVE_INFINITY,
): number {
  const zoom = zoomFor(
    viewHeight,
    flight === undefined ? ZOOM_OF_AIR : ZOOM_OF_FALL,
    (at) => axisAt(at).height - topFor(axisAt(at), { from, flight }),
  );
  // Who leaves out what came before wants to see as much as can be read of what came then.
  const least = pitch < PITCH_NARROW ? ZOOM_OF_NARROW : ZOOM_OF_READING;
  if (flight === undefined) return zoom >= least ? zoom : from > 0 ? least : Math.max(least, ZOOM_OF_WORDS);
  const zoomOfFall = (fall: number): number =>
    zoomFor(fall, ZOOM_OF_FALL, (at) => axisAt(at).yAt(flight.to) - axisAt(at).yAt(flight.from));
  const enough = zoomOfFall(FALL);
  const whole = zoomFor(
    viewHeight - LEAD_LEAST,
    ZOOM_OF_FALL,
    (at) => endOf(axisAt(at), until, room) - axisAt(at).yAt(from),
  );
  const fits = whole >= Math.max(ZOOM_OF_WHOLE, zoomOfFall(FALL_LEAST));
  return Math.max(zoom, fits ? Math.min(whole, enough) : Math.max(ZOOM_OF_READING, enough));
}

/** The zoom at which the times are as far apart as the view is high. */
export function zoomOfTimes(
  axisAt: (zoom: number) => TimeAxis,
  viewHeight: number,
  from: number,
  to: number,
): number {
  return zoomFor(viewHeight, axisAt(1).scale.zoomMax, (zoom) => {
    const axis = axisAt(zoom);
    return axis.yAt(to) - axis.yAt(from);
  });
}

export function zoomOfEvent(
  axisAt: (zoom: number) => TimeAxis,
  scene: Scene,
  viewHeight: number,
  ordinal: number,
): number {
  const [first, last] = extentOf(scene, ordinal);
  const zoom = zoomFor(viewHeight * SHARE, axisAt(1).scale.zoomMax, (at) => {
    const axis = axisAt(at);
    return axis.y(last - 1) - axis.y(first - 1);
  });
  // What takes no time, or hardly any, is not torn further apart than its neighbours.
  const apart = axisAt(zoom).y(last - 1) - axisAt(zoom).y(first - 1);
  return apart > viewHeight * (SHARE / 2) ? zoom : Math.max(ZOOM_OF_WORDS, Math.min(zoom, 2));
}

/** The ordinals between which everything is that belongs to an event. */
function extentOf({ rows, story }: Scene, ordinal: number): [number, number] {
  const event = story.event(ordinal);
  let [first, last] = [ordinal, ordinal];
  const include = (other: number): void => {
    if ((rows.instantOf[other - 1] ?? -1) < 0) return;
    first = Math.min(first, other);
    last = Math.max(last, other);
  };
  const flight = story.events.flight[ordinal - 1] ?? -1;
  if (flight >= 0) {
    include(story.flights.sent[flight]!);
    include(story.flights.end[flight]!);
  }
  if (event?.k === 'verdict') for (const other of event.about) include(other);
  if (event?.k === 'fault.began' || event?.k === 'fault.ended') {
    const period = story.faults.find(({ began }) => began.fault === event.fault);
    if (period !== undefined) include(period.began.i);
    if (period?.ended !== undefined) include(period.ended.i);
  }
  return [first, last];
}
