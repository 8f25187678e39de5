/**
 * What a sequence pane asks the worker: how the whole is arranged, and what is in a window of it. One question of each kind is under
 * way at a time, and the last wish counts.
 */
import type { Aim } from '../layout/aim.ts';
import { UNFOLDED_GROUP_MAX } from '../layout/roster.ts';
import type { Arranged, Arranging, Place, Window } from '../worker/answers/sequence-answers.ts';
import { headsHeight } from './lane-heads.ts';
import type { SequencePane } from './sequence-pane.ts';
import { NOWHERE, type Viewport } from './viewport.ts';

const GUTTER_WIDE = 92;
const GUTTER_NARROW = 72;
const NARROW = 640;
const WIDTH_MIN = 240;

/** Panes ask by a name of their own. */
let panes = 0;

/** What the questions are about. */
type Asked = Pick<
  SequencePane,
  | 'desk'
  | 'trace'
  | 'edition'
  | 'zoom'
  | 'axis'
  | 'hiddenLanes'
  | 'filter'
  | 'filterMode'
  | 'filterEdition'
  | 'pings'
  | 'isConnected'
>;

export interface Answered {
  /** Undefined while there is no pane to draw in. */
  viewport(): Viewport | undefined;
  /** The whole is arranged anew, for an aim if there was one; `gutter` is the width of the margin. */
  arranged(arranged: Arranged, gutter: number, aim: Aim | undefined): void;
  /** What is selected may be elsewhere. */
  moved(): Promise<void>;
  /** Everything is arranged as it should be. */
  settled(): Promise<void>;
  /** Another window is to be shown. */
  window(list: Window): void;
  /** Something began to be asked, or was answered. */
  busy(busy: boolean): void;
}

export class SequenceQuestions {
  /** Where the next arrangement should look; undefined to stay. */
  aim: Aim | undefined;
  readonly #asked: Asked;
  readonly #answered: Answered;
  readonly #view = `sequence ${++panes}`;
  #unfolded: readonly string[] = [];
  /** What was arranged, so that a resize that changes nothing asks nothing. */
  #wish = '';
  #arranging = false;
  /** Counts desks. */
  #round = 0;
  /** What was asked about last, good as long as the arrangement. */
  #placed: { ordinal: number; scene: Arranged; place: Promise<Place> } | undefined;
  /** A window is being asked for; `#dirty` says that it will be the wrong one. */
  #asking = false;
  #dirty = false;

  constructor(asked: Asked, answered: Answered) {
    this.#asked = asked;
    this.#answered = answered;
  }

  /** An arrangement is under way. */
  get arranging(): boolean {
    return this.#arranging;
  }

  /** Another trace will be asked about. */
  forget(): void {
    this.#unfolded = [];
    this.#wish = '';
  }

  /** Another desk will be asked. What was asked at the one before is never answered. */
  moveDesk(): void {
    this.#round++;
    this.#arranging = false;
    this.#asking = false;
  }

  /** The pane is gone; should it come back, it is arranged anew. */
  leave(): void {
    this.#wish = '';
    void this.#asked.desk?.ask('sequence', 'leave', this.#view);
  }

  /** Shows each lane of a group of so many, or one for all of them. */
  fold(group: string, size: number): void {
    if (size > UNFOLDED_GROUP_MAX) return;
    this.#unfolded = this.#unfolded.includes(group)
      ? this.#unfolded.filter((each) => each !== group)
      : [...this.#unfolded, group];
    void this.arrange();
  }

  /** Where an event is; undefined while there is no diagram. Who points it out and who brings it into view ask once. */
  async placeOf(ordinal: number): Promise<Place | undefined> {
    const { desk } = this.#asked;
    const viewport = this.#answered.viewport();
    if (desk === undefined || viewport?.scene === undefined) return undefined;
    if (ordinal === 0) return NOWHERE;
    const { height, scene, top } = viewport;
    if (this.#placed?.scene !== scene || this.#placed.ordinal !== ordinal) {
      const place = desk.ask('sequence', 'place', this.#view, ordinal, top, height);
      this.#placed = { ordinal, scene, place };
    }
    return this.#placed.place;
  }

  /** The ordinal of the event that is nearest to a point of the diagram; 0 if none is near. */
  async nearest(x: number, y: number): Promise<number> {
    return (await this.#asked.desk?.ask('sequence', 'nearest', this.#view, x, y)) ?? 0;
  }

  /** Lays the whole anew. */
  async arrange(): Promise<void> {
    if (this.#arranging) return;
    this.#arranging = true;
    this.#tellBusy();
    const round = this.#round;
    try {
      while (await this.#arrangeOnce());
    } finally {
      if (round === this.#round) this.#arranging = false;
      this.#tellBusy();
    }
    await this.#answered.settled();
  }

  /** False when everything is as it should be. */
  async #arrangeOnce(): Promise<boolean> {
    const pane = this.#asked;
    const { desk, trace } = pane;
    const viewport = this.#answered.viewport();
    if (desk === undefined || trace === 0 || viewport === undefined || !pane.isConnected) return false;
    if (viewport.width === 0) viewport.measure();
    if (viewport.width === 0) return false;
    const gutter = viewport.width < NARROW ? GUTTER_NARROW : GUTTER_WIDE;
    const arranging = this.#arrangingIn(viewport, gutter);
    const wish = this.#wishFor(arranging);
    const { aim } = this;
    if (wish === this.#wish && aim === undefined) return false;
    this.#wish = wish;
    this.aim = undefined;
    const before = viewport.top;
    let arranged: Arranged;
    try {
      const whole = { ...arranging, aim: aim ?? viewport.staying() };
      arranged = await desk.ask('sequence', 'arrange', trace, this.#view, whole);
    } catch (error) {
      // The trace was closed meanwhile, and another one is shown.
      if (trace !== pane.trace || !pane.isConnected) return trace !== pane.trace;
      throw error;
    }
    if (trace !== pane.trace || !pane.isConnected) return true;
    const heads = headsHeight(arranged);
    if (aim !== undefined && aim.is !== 'start' && heads !== viewport.headHeight) {
      // Heads leave less height than was asked for: what was aimed at is aimed at anew.
      viewport.headHeight = heads;
      this.aim ??= aim;
      return true;
    }
    if (pane.zoom === arranging.zoom && arranged.zoom !== arranging.zoom) {
      pane.zoom = arranged.zoom;
      this.#wish = this.#wishFor({ ...arranging, zoom: arranged.zoom });
    }
    const { top } = viewport;
    // Who has gone elsewhere meanwhile stays there.
    const gone = aim === undefined && top !== before ? viewport.timeAt(top) : undefined;
    this.#answered.arranged(arranged, gutter, aim);
    if (gone !== undefined) {
      viewport.scroll.to(viewport.yAt(gone));
      this.draw();
    }
    await this.#answered.moved();
    return true;
  }

  #arrangingIn(viewport: Viewport, gutter: number): Omit<Arranging, 'aim'> {
    const { axis, filter, filterMode, hiddenLanes, pings, zoom } = this.#asked;
    return {
      width: Math.max(WIDTH_MIN, viewport.width - gutter),
      height: viewport.height,
      zoom,
      axis,
      unfolded: this.#unfolded,
      hiddenNodes: hiddenLanes,
      pingRuns: pings === 'runs',
      filter,
      others: filterMode,
      fonts: viewport.fonts,
    };
  }

  #wishFor(arranging: Omit<Arranging, 'aim'>): string {
    const { edition, filterEdition, trace } = this.#asked;
    return `${trace} ${edition} ${filterEdition} ${JSON.stringify(arranging)}`;
  }

  /** Asks for the window that belongs to where the view is, unless it is drawn. */
  draw(): void {
    const viewport = this.#answered.viewport();
    if (viewport?.scene === undefined) return;
    const { list, scene, top } = viewport;
    if (list !== undefined && top >= list.tops.from && top < list.tops.to) return;
    if (this.#asking) this.#dirty = true;
    else void this.#ask(viewport, scene);
  }

  async #ask(viewport: Viewport, scene: Arranged): Promise<void> {
    const { desk } = this.#asked;
    if (desk === undefined) return;
    this.#asking = true;
    this.#dirty = false;
    this.#tellBusy();
    let list: Window;
    try {
      list = await desk.ask('sequence', 'window', this.#view, viewport.top, viewport.height);
    } finally {
      this.#asking = false;
    }
    if (!this.#asked.isConnected) return;
    if (scene === viewport.scene) this.#answered.window(list);
    if (this.#dirty || scene !== viewport.scene) this.draw();
    this.#tellBusy();
  }

  #tellBusy(): void {
    this.#answered.busy(this.#asking || this.#arranging);
  }
}
