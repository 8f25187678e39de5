/** A run as the controls of the pane have it, text by text, and what of it cannot be. */
import { ParameterError, resolveParameters } from '../../src/scenario/parameters.ts';
import type { Fault } from '../../src/sim/fault.ts';
import { isFault } from '../../src/sim/fault-data.ts';
import { TRANSPORTS, type TransportName } from '../../src/sim/link-specification.ts';
import { PROFILES, type ProfileName } from '../../src/sim/profile.ts';
import { canonicalSeed, NameError } from '../../src/sim/rng.ts';
import type { TraceHeader } from '../../src/trace/event.ts';
import type { RunRequest, StoryCard } from '../engine/messages.ts';

export interface Draft {
  readonly card: StoryCard;
  /** Of each parameter, as its control has it. */
  readonly values: Readonly<Record<string, string>>;
  readonly seed: string;
  readonly profile: ProfileName | '';
  readonly transport: TransportName;
  readonly level: RunRequest['level'];
  /** Of the zoo. There is no control for it: a link or a report has named it. */
  readonly mutant: RunRequest['mutant'];
  readonly faults: readonly Fault[];
}

export function draftOf(card: StoryCard, request: RunRequest): Draft {
  const {
    seed = '1',
    parameters = {},
    profile = '',
    transport = 'tcp',
    level,
    mutant,
    faults = [],
  } = request;
  const values = Object.entries(card.parameters).map(([name, parameter]) => [
    name,
    `${parameters[name] ?? parameter.default}`,
  ]);
  return { card, values: Object.fromEntries(values), seed, profile, transport, level, mutant, faults };
}

/** What a trace says of the run that it is of; what this version does not know is left aside. */
export function requestOfHeader(story: string, header: TraceHeader): RunRequest {
  const { seed, parameters, mutant, faults = [] } = header;
  const transport = TRANSPORTS.find((name) => name === header.transport);
  const profile = PROFILES.find((name) => name === header.profile);
  return {
    story,
    seed,
    parameters,
    ...(transport === undefined ? {} : { transport }),
    ...(profile === undefined ? {} : { profile }),
    ...(mutant === undefined ? {} : { mutant }),
    faults: (faults as readonly unknown[]).filter(isFault),
  };
}

/** The request, or what is wrong by the name of its control. */
export function requestOfDraft(draft: Draft): {
  request?: RunRequest;
  wrong: Readonly<Record<string, string>>;
} {
  const { card, values, seed, profile, transport, level, mutant, faults } = draft;
  const wrong: Record<string, string> = {};
  const parameters: Record<string, string> = {};
  for (const [name, parameter] of Object.entries(card.parameters)) {
    const value = values[name] ?? '';
    if (value !== `${parameter.default}`) parameters[name] = value;
    said(wrong, name, () => resolveParameters(card.parameters, { [name]: value }));
  }
  said(wrong, 'seed', () => canonicalSeed(seed));
  if (Object.keys(wrong).length > 0) return { wrong };
  const request: RunRequest = {
    story: card.story,
    seed,
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(profile === '' ? {} : { profile }),
    ...(transport === 'tcp' ? {} : { transport }),
    ...(level === undefined ? {} : { level }),
    ...(mutant === undefined ? {} : { mutant }),
    ...(faults.length === 0 ? {} : { faults }),
  };
  return { request, wrong };
}

/** 7 comes after 6, and `storm-2` after `storm`. */
export function nextSeed(seed: string): string {
  const [, name, number] = /^(.*?)(\d{0,15})$/.exec(seed)!;
  if (number !== '') return `${name}${Number(number) + 1}`;
  return name === '' ? '1' : `${name}-2`;
}

function said(wrong: Record<string, string>, name: string, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof ParameterError || error instanceof NameError)) throw error;
    wrong[name] = error.message;
  }
}
