/** What the author of a story exports: its name, what it can be told, and its script. */

import { RULES } from '../check/rules/rules.ts';
import type { KnownBugs } from '../check/tally.ts';
import { type ProtocolName, protocolNames, protocolVersionOf } from '../mqtt/codec/protocol-name.ts';
import type { Durability } from '../mqtt/machine.ts';
import { type Duration, parseDuration } from '../sim/time.ts';
import { siteOf } from './call-site.ts';
import { ScriptError } from './errors.ts';
import { DURABILITIES, oneOf, optionsOf } from './option-values.ts';
import { checkParameters, type Parameters, type ParameterValues } from './parameters.ts';
import type { Simulation } from './simulation.ts';

/** What clients speak when nobody says otherwise. */
export const DEFAULT_PROTOCOL: ProtocolName = '5.0';

export interface ScenarioOptions<P extends Parameters = Parameters> {
  /** What the scenario can be told, each with default, bounds and unit; the script gets the values as `p`. */
  parameters?: P;
  /** What clients speak unless they say otherwise: `'5.0'` by default. */
  protocol?: ProtocolName;
  /** Of brokers and clients that do not say otherwise: `'sync'` by default. */
  durability?: Durability;
  /** Whether the judge watches the run: `'all'` by default. */
  checks?: 'all' | 'none';
  /**
   * Rules that a library under test is known to break, each with what is known of it: `{ 'ordering.messages': 'aedes #649' }`. What breaks them is
   * excused with that reason, and fails no run.
   */
  known?: KnownBugs;
  /** Virtual time after which the script is taken for one that never ends: `'24h'` by default. */
  limit?: Duration;
}

/** A scenario as it was declared. Recognize one with {@link isScenario}, never by instanceof. */
export interface Scenario<P extends Parameters = Parameters> {
  readonly name: string;
  readonly options: Readonly<ScenarioOptions<P>>;
  readonly script: Script<P>;
  /** Of the author, as the engine shows it; undefined when it does not. */
  readonly file: string | undefined;
  readonly [BRAND]: 1;
}

/** The author's function. It is over when its promise is settled. */
export type Script<P extends Parameters = Parameters> = (
  sim: Simulation,
  p: ParameterValues<P>,
) => Promise<void> | void;

/** Registered, so that a scenario made by one copy of the package is known to another. */
const BRAND: unique symbol = Symbol.for('mqtt-amber.scenario') as never;

const LONGEST_NAME = 200;
const LONGEST_REASON = 500;
const KNOWN: readonly (keyof ScenarioOptions)[] = [
  'parameters',
  'protocol',
  'durability',
  'checks',
  'known',
  'limit',
];

/**
 * Declares a scenario; export it as the default of its module.
 *
 * @param name a sentence for people; traces are named after the file.
 * @throws ParameterError, DurationError, ScriptError or TypeError when the declaration contradicts itself.
 *
 * @example
 * export default scenario('One message', async (sim) => {
 *   const hub = sim.broker('hub');
 *   const lamp = sim.client('lamp');
 *   await lamp.connect(hub);
 *   await lamp.subscribe('lamp/on', { qos: 1 });
 *   await lamp.publish('lamp/on', 'yes', { qos: 1 });
 *   await sim.quiet();
 *   sim.always(lamp.received.length === 1, 'it arrives');
 * });
 */
export function scenario(name: string, script: Script<Record<never, never>>): Scenario;
export function scenario<const P extends Parameters = Record<never, never>>(
  name: string,
  options: ScenarioOptions<P>,
  script: Script<P>,
): Scenario<P>;
export function scenario(
  name: string,
  first: ScenarioOptions | Script<never>,
  second?: Script<never>,
): Scenario {
  const options = typeof first === 'function' ? {} : first;
  const script = typeof first === 'function' ? first : second;
  if (typeof name !== 'string' || name === '' || name.length > LONGEST_NAME || /\p{Cc}/u.test(name)) {
    throw new TypeError(
      `a scenario needs a name of 1 to ${LONGEST_NAME} characters that can be shown, not ${JSON.stringify(name)}`,
    );
  }
  if (typeof script !== 'function') {
    throw new TypeError(`the scenario '${name}' needs a script: scenario(name, async (sim) => { ... })`);
  }
  optionsOf(options, KNOWN, `the scenario '${name}'`);
  if (options.durability !== undefined)
    oneOf(options.durability, DURABILITIES, `durability of the scenario '${name}'`);
  if (options.checks !== undefined)
    oneOf(options.checks, ['all', 'none'], `checks of the scenario '${name}'`);
  if (options.known !== undefined) checkKnown(options.known, `known of the scenario '${name}'`);
  if (options.parameters !== undefined) checkParameters(options.parameters);
  if (options.limit !== undefined) parseDuration(options.limit, `limit of the scenario '${name}'`);
  if (options.protocol !== undefined && protocolVersionOf(options.protocol) === undefined) {
    throw new TypeError(
      `the protocol of the scenario '${name}' is ${JSON.stringify(options.protocol)}; it can be ${protocolNames.join(', ')}`,
    );
  }
  const file = siteOf(new Error().stack)?.file;
  return Object.freeze({ [BRAND]: 1 as const, name, options, script: script as Script, file });
}

/** @throws ScriptError for a rule that there is not, or nothing that is known of one. */
function checkKnown(known: KnownBugs, what: string): void {
  if (typeof known !== 'object' || known === null) {
    throw new ScriptError(`${what} must be an object such as { 'ordering.messages': 'aedes #649' }`);
  }
  for (const [rule, reason] of Object.entries(known)) {
    if (!Object.hasOwn(RULES, rule)) {
      throw new ScriptError(`${what} names '${rule}', which is no rule; ${akinTo(rule)}`);
    }
    if (typeof reason !== 'string' || reason === '' || reason.length > LONGEST_REASON) {
      throw new ScriptError(
        `${what} must say of '${rule}' what is known, in 1 to ${LONGEST_REASON} characters`,
      );
    }
  }
}

/** The name of a rule begins with that of its family, before a dot. */
const familyOf = (rule: string): string => rule.split('.', 1)[0]!;

/** Rules that somebody may have meant. */
function akinTo(rule: string): string {
  const rules = Object.keys(RULES);
  const akin = rules.filter((each) => familyOf(each) === familyOf(rule));
  return akin.length > 0
    ? `of that family there are ${akin.join(', ')}`
    : `a rule is of one of the families ${[...new Set(rules.map(familyOf))].join(', ')}`;
}

/** True for what {@link scenario} returns, of this copy of the package or of another. */
export function isScenario(value: unknown): value is Scenario {
  return typeof value === 'object' && value !== null && BRAND in value;
}
