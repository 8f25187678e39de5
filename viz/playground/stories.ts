/** What one can start from: short stories made for it, and those of the repository. */

const STARTERS = import.meta.glob<string>('./starters/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const SIMS = import.meta.glob<string>(['../../sims/*.ts', '../../sims/lessons/*.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

export interface Story {
  /** Of its file, without its ending: `hello`, `flapping-uplink`, `lessons/qos-1`. */
  readonly name: string;
  /** As the scenario calls itself. */
  readonly title: string;
  readonly source: string;
}

const STORIES: ReadonlyMap<string, Story> = new Map(
  Object.entries({ ...SIMS, ...STARTERS }).map(([path, source]) => {
    const name = path.replace(/^.*\/(?:sims|starters)\//, '').replace(/\.ts$/, '');
    return [name, { name, title: titleOf(source) ?? name, source }];
  }),
);

/** The gallery, in the order in which one would try them, each with what it shows. */
const GALLERY: Readonly<Record<string, string>> = {
  hello: 'The smallest story: one listens, one speaks.',
  'exactly-once': 'QoS 2 loses its connection at the worst moment, and keeps its promise.',
  'at-least-once': 'QoS 1 does too, and what the story claims turns out to be wrong.',
  'last-will': 'Who leaves without a word has a last one all the same.',
  retained: 'Somebody who comes late is told what they missed.',
  'keep-alive': 'A connection dies in silence; how long until somebody notices?',
  'flapping-uplink': 'A hundred readings over a link that comes and goes, and a broker that crashes.',
  crowd: 'Twenty clients come back at once; how many and how lossy is up to you.',
  'by-hand': 'CONNECT byte by byte: change one, and see what the broker makes of it.',
};

export const FIRST_STORY = 'exactly-once';

export function storyNamed(name: string): Story | undefined {
  return STORIES.get(name);
}

/** Whether a text is one of these stories, as it came. */
export function isOfUs(source: string): boolean {
  return [...STORIES.values()].some((story) => story.source === source);
}

export function galleryStories(): (Story & { about: string })[] {
  return Object.entries(GALLERY).map(([name, about]) => ({ ...STORIES.get(name)!, about }));
}

/** Of the repository. */
export function otherStories(): Story[] {
  return [...STORIES.values()]
    .filter(({ name }) => !(name in GALLERY) && !isOfLesson(name))
    .sort((a, b) => (a.title < b.title ? -1 : 1));
}

/** In the order of the lessons. */
export function lessonStories(): Story[] {
  const place = ({ title }: Story): number => Number(/\d+/.exec(title)?.[0] ?? 0);
  return [...STORIES.values()].filter(({ name }) => isOfLesson(name)).sort((a, b) => place(a) - place(b));
}

function isOfLesson(name: string): boolean {
  return name.startsWith('lessons/');
}

/** The name that a scenario gives itself; undefined when it is not written there as a plain text. */
export function titleOf(source: string): string | undefined {
  return /\bscenario\(\s*(['"`])((?:(?!\1)[^\\\n])+)\1/.exec(source)?.[2];
}
