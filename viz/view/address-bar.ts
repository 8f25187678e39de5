/** The place of a viewer as an address: who follows it is where its writer was. Only a viewer that is the page has its own in the bar. */
import { otherRun } from '../source/problem.ts';
import type { Overview } from '../worker/overview.ts';
import { type Against, BEGINNING, type LinkedPlace, linkText, readLink } from './link.ts';
import type { Viewer } from './viewer.ts';

/** The address is written when nothing has moved for so long. */
const ADDRESS_MILLIS = 250;

/** As much of a viewer as is needed. */
type Placed = Pick<
  Viewer,
  | 'src'
  | 'overview'
  | 'view'
  | 'selected'
  | 'time'
  | 'follow'
  | 'filter'
  | 'filterMode'
  | 'axis'
  | 'hiddenLanes'
  | 'pings'
  | 'panel'
  | 'against'
  | 'other'
  | 'zoom'
  | 'window'
  | 'pane'
  | 'head'
  | 'page'
  | 'tell'
  | 'phase'
  | 'runs'
>;

export class AddressBar {
  readonly #viewer: Placed;
  /** Where a link wants to be, once its trace is there. */
  #wanted: LinkedPlace | undefined;
  #atFailure = false;
  #staying = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(viewer: Placed) {
    this.#viewer = viewer;
  }

  /** Of the run that a link points into, while it is not there. */
  get wanted(): LinkedPlace['run'] {
    return this.#wanted?.run;
  }

  /** A story is on its way that a link has named. */
  get wantsStory(): boolean {
    return this.#wanted?.story !== undefined;
  }

  /** Goes by what stands in the bar, now and whenever somebody changes it. */
  connect(): void {
    if (location.hash.length > 1) this.#want(readLink(location.hash));
    addEventListener('hashchange', this.#onChange);
  }

  disconnect(): void {
    removeEventListener('hashchange', this.#onChange);
    clearTimeout(this.#timer);
  }

  /** The next trace is seen from where the reader is now, and `selected` says whether at the same event. */
  stay(selected: boolean): void {
    const { overview } = this.#viewer;
    if (overview === undefined) return;
    const place = this.#place(overview);
    this.#wanted = { ...place, run: undefined, event: selected ? place.event : 0 };
    this.#staying = true;
  }

  /** A story that a link names is run at once. */
  #want(place: LinkedPlace): void {
    this.#wanted = place;
    if (place.story !== undefined) void this.#viewer.runs.follow(place.story);
  }

  /** Writes the place into the bar, soon. */
  write(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const { overview } = this.#viewer;
      if (overview === undefined) return;
      const text = linkText(this.#place(overview));
      if (text === location.hash.slice(1)) return;
      const { pathname, search } = location;
      // A run of this page is not the trace that the address named.
      const page = this.#viewer.runs.shown ? pathname : pathname + search;
      history.replaceState(null, '', text === '' ? page : `${page}#${text}`);
    }, ADDRESS_MILLIS);
  }

  async copy(): Promise<void> {
    const { overview } = this.#viewer;
    if (overview === undefined) return;
    const url = new URL(location.href);
    if (this.#viewer.runs.shown) url.search = '';
    url.hash = linkText(this.#place(overview));
    try {
      await navigator.clipboard.writeText(url.href);
      this.#viewer.tell('The link is in the clipboard.');
    } catch {
      this.#viewer.tell('The browser keeps the clipboard closed; the address of the page is the link.');
    }
  }

  /** A link is followed once the whole trace is there: what it names may stand at its end. */
  arrive({ broken, footer }: Overview): void {
    const wanted = this.#wanted;
    const atFailure = this.#atFailure && broken > 0;
    this.#wanted = undefined;
    this.#atFailure = false;
    // A reader who has gone somewhere meanwhile stays there.
    if (this.#viewer.selected > 0) return;
    if (wanted === undefined) {
      // In a page of others the reader is somewhere else.
      if (atFailure) void this.#viewer.head.jump('violation', 1, this.#viewer.page);
      return;
    }
    if (wanted.run !== undefined && footer !== undefined && wanted.run.digest !== footer.digest) {
      const { phase } = this.#viewer;
      if (wanted.story === undefined)
        this.#viewer.tell(`This is another run than that of the link, whose digest is ${wanted.run.digest}.`);
      else if (phase.is === 'shown') {
        const problems = [...phase.problems, otherRun(wanted.run.digest, footer.digest)];
        this.#viewer.phase = { ...phase, problems };
      }
    }
    this.#settle(wanted);
  }

  /** Without a link the next trace opens at its first broken promise: a page that was made of a failure is opened to see that. */
  beginAtFailure(): void {
    this.#atFailure = true;
  }

  /** Where a trace begins. */
  begin(): void {
    const staying = this.#staying ? this.#wanted : undefined;
    this.#staying = false;
    this.#settle(staying === undefined ? BEGINNING : { ...staying, event: 0 });
  }

  #settle(place: LinkedPlace): void {
    const viewer = this.#viewer;
    viewer.view = place.view;
    viewer.filter = place.filter;
    viewer.filterMode = place.mode;
    viewer.axis = place.axis;
    viewer.hiddenLanes = place.hidden;
    viewer.pings = place.pings;
    viewer.panel = place.panel;
    if (place.against !== undefined && !alike(place.against, viewer.against)) {
      viewer.against = place.against;
      viewer.other = 0;
    }
    viewer.zoom = 1;
    viewer.window = place.window === undefined ? undefined : { from: place.window[0], to: place.window[1] };
    viewer.time = place.time ?? 0;
    viewer.selected = 0;
    if (place.event > 0) void viewer.head.goTo(place.event, false);
  }

  #place({ header, footer }: Overview): LinkedPlace {
    const {
      view,
      selected,
      time,
      follow,
      filter,
      filterMode,
      axis,
      hiddenLanes,
      pings,
      panel,
      against,
      src,
      runs,
    } = this.#viewer;
    return {
      view,
      event: selected,
      time: selected === 0 && time > 0 && !follow ? time : undefined,
      filter,
      mode: filterMode,
      axis,
      hidden: hiddenLanes,
      pings,
      window: this.#window(),
      panel,
      // An address that names the file says enough.
      story: runs.link,
      run:
        footer === undefined || (src !== undefined && !runs.shown)
          ? undefined
          : { ...header, digest: footer.digest },
      against,
    };
  }

  /** A view at its usual size that begins with the trace needs no words. */
  #window(): [from: number, to: number] | undefined {
    const { window: seen, zoom, pane } = this.#viewer;
    if (seen === undefined || (zoom === 1 && (pane?.atStart ?? true))) return undefined;
    return [Math.round(seen.from), Math.round(seen.to)];
  }

  #onChange = (): void => {
    const place = readLink(location.hash);
    const runs = place.story !== undefined && !sameRun(place, this.#viewer.runs.link);
    if (this.#viewer.overview === undefined || runs) this.#want(place);
    else this.#settle(place);
  };
}

function alike(one: Against, other: Against | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A link within the run that is shown moves in it, and does not run it again. */
function sameRun({ story }: LinkedPlace, shown: string | undefined): boolean {
  return story === shown;
}
