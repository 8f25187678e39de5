/** Obituaries: the page of every message that a verdict names, with its last words. */
import type { Verdict } from '../../trace/event.ts';
import { type Fate, fateOf, lastWords, wordsOfPublication } from './fate.ts';
import type { Lives } from './lives.ts';
import { stepsOfLife, stepsOfPublication, titleOf } from './page.ts';
import { Life, type Publication, type Step } from './publication.ts';

/** Plain data: it can be sent to another thread and written as JSON. */
export interface Obituary {
  /** Ordinals of the verdicts that name it, and the rules that were broken. */
  readonly verdicts: readonly number[];
  readonly rules: readonly string[];
  /** What the first of them says. */
  readonly accusation: string;
  /** Who broke the first of them. */
  readonly node: string;
  /** `"21.5" q1 on plant/1` */
  readonly message: string;
  readonly publisher: string;
  /** The subscriber; absent when it came to none. */
  readonly to?: string;
  readonly fate: Fate | 'nobody';
  /** How it ended, in a few sentences. */
  readonly text: string;
  readonly steps: readonly Step[];
}

/** Obituaries of one trace: one bug breaks the same promise thousands of times. */
export const OBITUARIES_MAX = 100;

/** One for each message and subscriber that the verdicts of the trace name, in the order of the verdicts. */
export function obituariesOf(lives: Lives, most = OBITUARIES_MAX): Obituary[] {
  const named = new Map<Publication | Life, Verdict[]>();
  for (const verdict of lives.verdicts) {
    for (const owner of namedBy(lives, verdict, named)) {
      const verdicts = named.get(owner);
      if (verdicts !== undefined) verdicts.push(verdict);
      else if (named.size < most) named.set(owner, [verdict]);
    }
  }
  return [...named].map(([owner, verdicts]) => obituaryOf(lives, owner, verdicts));
}

export function obituaryOf(lives: Lives, owner: Publication | Life, verdicts: readonly Verdict[]): Obituary {
  const life = owner instanceof Life ? owner : undefined;
  const publication = life?.publication ?? (owner as Publication);
  const steps = stepsOfPublication(lives, publication);
  if (life !== undefined) steps.push(...stepsOfLife(lives, life));
  return {
    verdicts: verdicts.map(({ i }) => i),
    rules: [...new Set(verdicts.map(({ rule }) => rule))],
    accusation: verdicts[0]?.text ?? '',
    node: verdicts[0]?.n ?? '',
    message: titleOf(publication),
    publisher: publication.publisher,
    ...(life === undefined ? {} : { to: life.to }),
    fate: life === undefined ? 'nobody' : fateOf(lives, life),
    text: life === undefined ? wordsOfPublication(publication) : lastWords(lives, life),
    steps: steps.sort((a, b) => a.i - b.i),
  };
}

/** The lives that the events of a verdict belong to. */
function namedBy(
  lives: Lives,
  verdict: Verdict,
  named: ReadonlyMap<Publication | Life, unknown>,
): Set<Publication | Life> {
  const owners = new Set<Publication | Life>();
  for (const ordinal of verdict.about) {
    const owner = lives.ownerOf(ordinal);
    if (owner !== undefined) owners.add(owner);
  }
  for (const owner of [...owners]) {
    if (owner instanceof Life) continue;
    // A verdict about what never came names its arrival, and none of the lives: then it is one that came to nothing.
    const live = [...owners].some((each) => each instanceof Life && each.publication === owner);
    const ended = live ? undefined : unhappyOf(lives, owner, verdict, named);
    if (!live && ended === undefined && owners.size > 1) continue;
    owners.delete(owner);
    if (!live) owners.add(ended ?? owner);
  }
  return owners;
}

/**
 * What never came has no event of its own: a verdict about it names where the message came to the broker. Of its lives it is one that the
 * verdict speaks of by name, or that did not end well and no other verdict has.
 */
function unhappyOf(
  lives: Lives,
  { lives: all, arrivals }: Publication,
  { text, about }: Verdict,
  named: ReadonlyMap<Publication | Life, unknown>,
): Life | undefined {
  if (!arrivals.some(({ i }) => about.includes(i))) return undefined;
  const unhappy = all.filter((life) => fateOf(lives, life) !== 'delivered');
  const isSpokenOf = ({ to }: Life) => text.includes(` ${to}:`) || text.includes(` ${to} `);
  const spokenOf = unhappy.filter(isSpokenOf);
  const among = spokenOf.length > 0 ? spokenOf : all.some(isSpokenOf) ? all.filter(isSpokenOf) : unhappy;
  return among.find((life) => !named.has(life)) ?? among[0];
}
