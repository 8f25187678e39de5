/**
 * A place in a trace as the fragment of an address, so that a link opens where its sender was. Pure text: the page reads and writes
 * its own address elsewhere.
 */
import { AXES, type Axis } from '../layout/axis-kind.ts';

export type ViewName = 'sequence' | 'topology' | 'table' | 'compare';
export type PanelName = 'bytes' | 'state' | 'why' | 'message' | 'raw' | 'promises';
export type FilterMode = 'dim' | 'hide';
/** Keep-alives that follow one another: one for all of them, or each. */
export type Pings = 'runs' | 'each';

export const VIEW_NAMES: readonly ViewName[] = ['sequence', 'topology', 'table', 'compare'];
export const VIEW_TITLES: Readonly<Record<ViewName, string>> = {
  sequence: 'Sequence',
  topology: 'Topology',
  table: 'Table',
  compare: 'Comparison',
};
export const PANEL_NAMES: readonly PanelName[] = ['bytes', 'state', 'why', 'message', 'raw', 'promises'];

/** Which run a trace is of. */
export interface Run {
  scenario: string;
  seed: string;
  digest: string;
}

/** The trace to compare with: where it is, seen from the page, or of which run it is. */
export type Against = { address: string } | { run: Run };

export interface LinkedPlace {
  view: ViewName;
  /** The ordinal of the selected event; 0 is none. */
  event: number;
  /** Where the playback head stands, in microseconds; undefined at the selected event. */
  time: number | undefined;
  filter: string;
  mode: FilterMode;
  axis: Axis;
  /** Names of nodes that have no lane. */
  hidden: readonly string[];
  pings: Pings;
  /** First and last time in view, in microseconds; undefined for the beginning at the usual size. */
  window: readonly [from: number, to: number] | undefined;
  panel: PanelName;
  /** What runs it again in a page that has its story, as words of a link: `runner/run-link.ts` reads and writes them. */
  story: string | undefined;
  /** Of which run the place is: a link into a file says which file to open, and its reader whether it is that one. */
  run: Run | undefined;
  against: Against | undefined;
}

export const BEGINNING: LinkedPlace = {
  view: 'sequence',
  event: 0,
  time: undefined,
  filter: '',
  mode: 'dim',
  axis: 'compressed',
  hidden: [],
  pings: 'runs',
  window: undefined,
  panel: 'bytes',
  story: undefined,
  run: undefined,
  against: undefined,
};

/** A filter in a link is at most this long; what somebody typed by hand is shorter. */
const FILTER_MAX = 2_000;
/** Servers take no longer addresses. */
const ADDRESS_MAX = 2_000;
/** So many lanes nobody hides one by one. */
const HIDDEN_MAX = 1_000;

/** Without the `#`. What is as usual is left out. */
export function linkText(place: LinkedPlace): string {
  const words = new URLSearchParams();
  if (place.view !== BEGINNING.view) words.set('view', place.view);
  if (place.event > 0) words.set('event', `${place.event}`);
  if (place.time !== undefined) words.set('time', `${place.time}`);
  if (place.filter !== '') words.set('filter', place.filter);
  if (place.mode !== BEGINNING.mode) words.set('mode', place.mode);
  if (place.axis !== BEGINNING.axis) words.set('axis', place.axis);
  for (const name of place.hidden) words.append('hide', name);
  if (place.pings !== BEGINNING.pings) words.set('pings', place.pings);
  if (place.window !== undefined) words.set('window', place.window.join('-'));
  if (place.panel !== BEGINNING.panel) words.set('panel', place.panel);
  if (place.run !== undefined) setRun(words, '', place.run);
  const { against } = place;
  if (against !== undefined && 'run' in against) setRun(words, AGAINST, against.run);
  else if (against !== undefined) words.set('against', against.address);
  if (place.story === undefined) return words.toString();
  // The seed is a word of both.
  words.delete('seed');
  return `${place.story}&${words}`;
}

/** Reads what {@link linkText} wrote; whatever else stands there is left aside. */
export function readLink(text: string): LinkedPlace {
  const words = new URLSearchParams(text.replace(/^#/, ''));
  const window = /^(\d{1,15})-(\d{1,15})$/.exec(words.get('window') ?? '');
  const address = (words.get('against') ?? '').slice(0, ADDRESS_MAX);
  const run = runIn(words, AGAINST);
  return {
    view: oneOf(VIEW_NAMES, words.get('view'), BEGINNING.view),
    event: wholeNumber(words.get('event')) ?? 0,
    time: wholeNumber(words.get('time')),
    filter: (words.get('filter') ?? '').slice(0, FILTER_MAX),
    mode: oneOf(['dim', 'hide'], words.get('mode'), BEGINNING.mode),
    axis: oneOf(AXES, words.get('axis'), BEGINNING.axis),
    hidden: words.getAll('hide').slice(0, HIDDEN_MAX),
    pings: oneOf(['runs', 'each'], words.get('pings'), BEGINNING.pings),
    window: window === null ? undefined : [Number(window[1]), Number(window[2])],
    panel: oneOf(PANEL_NAMES, words.get('panel'), BEGINNING.panel),
    story: words.has('story') ? `${new URLSearchParams([...words].filter(isOfRun))}` : undefined,
    run: runIn(words, ''),
    against: address !== '' ? { address } : run === undefined ? undefined : { run },
  };
}

/** Before the words of the run to compare with. */
const AGAINST = 'against-';

function setRun(words: URLSearchParams, before: string, run: Run): void {
  for (const name of ['scenario', 'seed', 'digest'] as const) words.set(`${before}${name}`, run[name]);
}

function runIn(words: URLSearchParams, before: string): Run | undefined {
  const [scenario, seed, digest] = ['scenario', 'seed', 'digest'].map((name) =>
    words.get(`${before}${name}`),
  );
  return scenario && seed && digest ? { scenario, seed, digest } : undefined;
}

function isOfRun([name]: readonly [string, string]): boolean {
  return /^(?:story|seed|level|transport|profile|mutant|fault|param\..+)$/.test(name);
}

function oneOf<Word extends string>(words: readonly Word[], said: string | null, otherwise: Word): Word {
  return words.find((word) => word === said) ?? otherwise;
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
