/**
 * A run in a page as the words of a link, `story=flapping-uplink&seed=7&param.loss=0.1`: what it takes to run it again, and nothing of
 * where somebody looked at it.
 */
import type { ParameterValue } from '../scenario/parameters.ts';
import type { Fault } from '../sim/fault.ts';
import { isFault } from '../sim/fault-data.ts';
import { TRANSPORTS, type TransportName } from '../sim/link-specification.ts';
import { PROFILES, type ProfileName } from '../sim/profile.ts';
import type { TraceLevel } from '../trace/event.ts';

export interface LinkedRun {
  /** Of those that come with the viewer: the name of its file in `sims/`. */
  readonly story: string;
  readonly seed: string;
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
  readonly transport?: TransportName;
  readonly profile?: ProfileName;
  /** Of the zoo: takes the place of all brokers, or of all clients. */
  readonly mutant?: string;
  /** Ordinals of events hang on it: `full` unless it says otherwise. */
  readonly level?: TraceLevel;
  /** Added to what script and chance have in mind. */
  readonly faults?: readonly Fault[];
}

/** A link names no more faults than a reader would add by hand. */
const FAULTS_MAX = 100;
const LEVELS: readonly TraceLevel[] = ['digest', 'packets', 'full'];

/** What is as usual is left out. */
export function runLink(run: LinkedRun): string {
  const { story, seed, parameters, transport, profile, mutant, level, faults } = run;
  const words = new URLSearchParams({ story, seed });
  for (const [name, value] of Object.entries(parameters ?? {})) words.set(`param.${name}`, `${value}`);
  if (transport !== undefined && transport !== 'tcp') words.set('transport', transport);
  if (profile !== undefined) words.set('profile', profile);
  if (mutant !== undefined) words.set('mutant', mutant);
  if (level !== undefined && level !== 'full') words.set('level', level);
  for (const fault of faults ?? []) words.append('fault', JSON.stringify(fault));
  return words.toString();
}

/** Reads what {@link runLink} wrote, wherever it stands in a link. Undefined when that names no story; what it cannot be is left aside. */
export function readRunLink(text: string): LinkedRun | undefined {
  const words = new URLSearchParams(text.replace(/^#/, ''));
  const story = words.get('story');
  if (story === null || story === '') return undefined;
  const parameters: Record<string, string> = {};
  for (const [name, value] of words)
    if (name.startsWith('param.')) parameters[name.slice('param.'.length)] = value;
  const transport = TRANSPORTS.find((name) => name === words.get('transport'));
  const profile = PROFILES.find((name) => name === words.get('profile'));
  const mutant = words.get('mutant');
  const level = LEVELS.find((name) => name === words.get('level'));
  const faults = words.getAll('fault').slice(0, FAULTS_MAX).flatMap(faultOf);
  return {
    story,
    seed: words.get('seed') ?? '1',
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(transport === undefined ? {} : { transport }),
    ...(profile === undefined ? {} : { profile }),
    ...(mutant === null || mutant === '' ? {} : { mutant }),
    ...(level === undefined ? {} : { level }),
    ...(faults.length === 0 ? {} : { faults }),
  };
}

/** The fault that a text is, as JSON; none when it is no fault. */
export function faultOf(text: string): Fault[] {
  try {
    const value: unknown = JSON.parse(text);
    return isFault(value) ? [value] : [];
  } catch {
    return [];
  }
}
