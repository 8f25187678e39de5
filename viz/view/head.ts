/** The head of a viewer: the event and the time it stands at, and the ways from there to others. */
import type { Landmark, Stop } from '../worker/answers/jump-answers.ts';
import { Playback } from './playback.ts';
import type { Viewer } from './viewer.ts';

/** As much of a viewer as is needed. */
type Moved = Pick<
  Viewer,
  | 'desk'
  | 'trace'
  | 'overview'
  | 'selected'
  | 'time'
  | 'follow'
  | 'filter'
  | 'pane'
  | 'updateComplete'
  | 'requestUpdate'
  | 'tell'
>;

export class Head {
  readonly playback = new Playback({
    time: () => this.#viewer.time,
    end: () => this.#viewer.overview?.end ?? 0,
    moveTo: (time) => this.moveTo(time),
    nextEvent: async () => (await this.#jump('drawn', 1, false)) !== undefined,
    changed: () => this.#viewer.requestUpdate(),
  });
  readonly #viewer: Moved;
  #seeking = false;

  constructor(viewer: Moved) {
    this.#viewer = viewer;
  }

  /** Looks at an event and moves there. */
  async goTo(ordinal: number, focus: boolean): Promise<void> {
    const { desk, trace } = this.#viewer;
    if (trace === 0) return;
    const time = await desk.ask('jump', 'time', trace, ordinal);
    // Another trace was opened meanwhile, and has no such event, or another one.
    if (trace !== this.#viewer.trace) return;
    if (time === undefined) this.#viewer.tell(`There is no event ${ordinal}.`);
    else this.#stand({ ordinal, time }, focus);
  }

  /** To an event that was pointed at. */
  pick(ordinal: number): void {
    this.playback.stop();
    void this.goTo(ordinal, false);
  }

  #stand({ ordinal, time }: Stop, focus: boolean): void {
    const viewer = this.#viewer;
    viewer.follow = false;
    viewer.selected = ordinal;
    viewer.time = time;
    this.show(focus);
  }

  /** Brings the event that it stands at into the picture. */
  show(focus = false): void {
    const viewer = this.#viewer;
    const ordinal = viewer.selected;
    if (ordinal === 0) return;
    void viewer.updateComplete.then(async () => {
      await viewer.pane?.updateComplete;
      // The panel may have narrowed the pane; it is measured first.
      requestAnimationFrame(() => void viewer.pane?.reveal(ordinal, focus));
    });
  }

  /** To the next event of a kind. A jump begins anew at the other end; a step stops there. */
  async jump(landmark: Landmark, direction: 1 | -1 = 1, focus = true): Promise<void> {
    this.playback.stop();
    await this.#jump(landmark, direction, landmark === 'fault' || landmark === 'violation', focus);
  }

  async #jump(
    landmark: Landmark,
    direction: 1 | -1,
    around: boolean,
    focus = !this.playback.plays,
  ): Promise<Stop | undefined> {
    const viewer = this.#viewer;
    if (viewer.overview === undefined) return undefined;
    const { desk, selected: from, trace } = viewer;
    let stop = await desk.ask('jump', 'next', trace, landmark, from, direction);
    if (stop === undefined && around && from > 0 && trace === viewer.trace) {
      stop = await desk.ask('jump', 'next', trace, landmark, 0, direction);
    }
    if (stop === undefined || trace !== viewer.trace) return undefined;
    this.#stand(stop, focus);
    return stop;
  }

  /** To the next event that the filter matches. */
  async match(direction: 1 | -1): Promise<void> {
    this.playback.stop();
    const { desk, trace, filter, selected } = this.#viewer;
    const stop = await desk.ask('filter', 'next', trace, filter, selected, direction);
    if (stop !== undefined && trace === this.#viewer.trace) this.#stand(stop, true);
  }

  /** Moves to a time in microseconds, and looks at what happened last. */
  moveTo(time: number): void {
    this.#viewer.follow = false;
    this.#viewer.time = Math.round(Math.max(0, time));
    if (this.#seeking || this.#viewer.trace === 0) return;
    void this.#seek();
  }

  /** To a time in microseconds that was pointed at. */
  seek(time: number): void {
    this.playback.stop();
    this.moveTo(time);
  }

  /** Finds the event that the head stands at; what was asked meanwhile is asked afterwards. */
  async #seek(): Promise<void> {
    const viewer = this.#viewer;
    this.#seeking = true;
    try {
      let asked: number | undefined;
      while (asked !== viewer.time && viewer.trace > 0) {
        asked = viewer.time;
        const stop = await viewer.desk.ask('jump', 'at', viewer.trace, asked);
        const ordinal = stop?.ordinal ?? 0;
        if (ordinal === viewer.selected) continue;
        viewer.selected = ordinal;
        if (ordinal > 0) void viewer.updateComplete.then(() => viewer.pane?.reveal(ordinal, false));
      }
    } catch (error) {
      // A trace that is closed meanwhile has no moments any more.
      if (viewer.trace > 0) throw error;
    } finally {
      this.#seeking = false;
    }
  }

  /** Goes with the end of a live trace, or stays where it is. */
  followLive(on: boolean): void {
    const viewer = this.#viewer;
    viewer.follow = on;
    if (!on) return;
    this.playback.stop();
    viewer.selected = 0;
    viewer.time = viewer.overview?.end ?? 0;
  }
}
