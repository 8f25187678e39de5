/** The link between two nodes as a script holds it. */
import type { Direction, DuplexLink, FaultSpan, LinkSpecification, NatAnswer } from '../sim/duplex-link.ts';
import { type PresetName, presets } from '../sim/presets.ts';
import {
  drop,
  type PacketMatcher,
  pass,
  Rule,
  type RuleVerdict,
  resetAfter,
  resetBefore,
} from '../sim/rule.ts';
import type { Duration } from '../sim/time.ts';
import type { WebSocketSettings } from '../sim/websocket-carriage.ts';
import { ScriptError } from './errors.ts';
import { LaidRule } from './idle-faults.ts';
import { optionsOf } from './option-values.ts';
import type { Stage } from './stage.ts';

/** What is between two nodes; both directions are alike, with luck of their own. */
export interface LinkSettings extends LinkSpecification {
  /** A way that exists, `'lte'`; what is said beside it counts instead of what it says. */
  preset?: PresetName;
}

const KNOWN: readonly (keyof LinkSettings)[] = [
  ...([
    'preset',
    'latency',
    'jitter',
    'loss',
    'rate',
    'queue',
    'reorder',
    'transport',
    'tcp',
    'nat',
    'websocket',
  ] as const),
];

const KNOWN_OF_WEBSOCKET: readonly (keyof WebSocketSettings)[] = [
  ...(['path', 'subprotocol', 'packetsPerFrame', 'bytesPerFrame'] as const),
];

/** @throws ScriptError for an option or a preset that does not exist. */
export function linkSpecification(settings: LinkSettings, what: string): LinkSpecification {
  optionsOf(settings, KNOWN, what);
  const { websocket, preset, ...rest } = settings;
  if (websocket !== undefined && typeof websocket !== 'boolean')
    optionsOf(websocket, KNOWN_OF_WEBSOCKET, `websocket of ${what}`);
  const specification = websocket === undefined ? rest : { ...rest, websocket };
  if (preset === undefined) return specification;
  if (!Object.hasOwn(presets, preset)) {
    throw new ScriptError(
      `the preset of ${what} is ${JSON.stringify(preset)}; it can be ${Object.keys(presets).join(', ')}`,
    );
  }
  const { jitter, ...ready } = presets[preset];
  // A latency of its own replaces the way of the preset, its jitter included.
  return specification.latency === undefined
    ? { ...ready, jitter, ...specification }
    : { ...ready, ...specification };
}

/** What a rule does to a packet, by name where it needs no number; `delay('2s')` and `cut('3s')` do. */
export type Verdict = RuleVerdict | 'pass' | 'drop' | 'reset-before' | 'reset-after';

const VERDICTS: Readonly<Record<string, RuleVerdict>> = {
  pass,
  drop,
  'reset-before': resetBefore,
  'reset-after': resetAfter,
};

/** Made by `sim.link(a, b, settings)`. Every verb is recorded as a fault with an id, so that a run can be repeated without it. */
export class Link {
  readonly #stage: Stage;
  readonly #link: DuplexLink;

  /** @internal */
  constructor(stage: Stage, link: DuplexLink) {
    this.#stage = stage;
    this.#link = link;
  }

  /** `a~b`. */
  get name(): string {
    return this.#link.name;
  }

  /**
   * Nothing gets through, and nobody is told.
   *
   * @param options `for`: how long, `'3s'`, without it until {@link repair}; `direction`: `'sensor>hub'` for one way only.
   */
  partition(options: FaultSpan & { direction?: Direction } = {}): void {
    this.#strike('partition', options, ['for', 'direction'], () => this.#link.partition(options));
  }

  /** Keeps everything that is sent, and sends it in order when it is over. */
  hold(options: FaultSpan & { direction?: Direction } = {}): void {
    this.#strike('hold', options, ['for', 'direction'], () => this.#link.hold(options));
  }

  /** Ends a {@link hold}. */
  release(): void {
    this.#act(() => this.#link.release());
  }

  /** Both ends of every connection are told that it is reset. */
  reset(): void {
    this.#act(() => this.#link.reset());
  }

  /** Connections that stand now are swallowed for ever, without a word; new ones get through. */
  blackHole(): void {
    this.#act(() => this.#link.blackHole());
  }

  /** Everything takes so much longer: `{ by: '500ms', for: '10s' }`. */
  spike(options: FaultSpan & { by: Duration; direction?: Direction }): void {
    this.#strike('spike', options, ['for', 'by', 'direction'], () => this.#link.spike(options));
  }

  /** At least this share of the segments is lost: `{ probability: 0.3, for: '10s' }`. */
  lose(options: FaultSpan & { probability: number; direction?: Direction }): void {
    this.#strike('lose', options, ['for', 'probability', 'direction'], () => this.#link.lose(options));
  }

  /** So many bits a second are left. */
  throttle(options: FaultSpan & { rate: number; direction?: Direction }): void {
    this.#strike('throttle', options, ['for', 'rate', 'direction'], () => this.#link.throttle(options));
  }

  /** A middlebox forgets the connections that were idle for so long; all of them without `idle`. */
  expireNat(options: { idle?: Duration; answer?: NatAnswer } = {}): void {
    this.#strike('expireNat', options, ['idle', 'answer'], () => this.#link.expireNat(options));
  }

  /**
   * Looks for a packet among those that travel here, and does to it what the verdict says; the first rule that matches counts.
   *
   * @returns a function that takes the rule away.
   * @example
   * uplink.on(pubrel(), cut('3s')); // nothing gets through for 3 s, from the first PUBREL on
   * uplink.on(publish({ topic: 'alarm/#', nth: 2 }), 'reset-before');
   */
  on(matcher: PacketMatcher, verdict: Verdict): () => void {
    const found = typeof verdict === 'string' ? VERDICTS[verdict] : verdict;
    if (found === undefined || typeof found !== 'object' || !('kind' in found)) {
      throw new ScriptError(
        `link '${this.name}' cannot do ${JSON.stringify(verdict)} to a packet; it can ${Object.keys(VERDICTS).join(', ')}, delay('2s') and cut('3s')`,
      );
    }
    if (typeof matcher?.matches !== 'function') {
      throw new ScriptError(`on of link '${this.name}' needs a packet to look for, such as pubrel()`);
    }
    const rule = new Rule(matcher, found);
    const laid = new LaidRule(this.name, rule);
    this.#stage.rules.add(laid);
    const takeAway = this.#link.lay(rule);
    return () => {
      this.#stage.rules.delete(laid);
      takeAway();
    };
  }

  /** Ends every fault of this link. */
  repair(): void {
    this.#act(() => this.#link.repair());
  }

  /** `partition('5s')` and a misspelt `for` would be a partition without an end. */
  #strike(verb: string, options: object, known: readonly string[], happens: () => void): void {
    optionsOf(options, known, `${verb} of link '${this.name}'`);
    this.#act(happens);
  }

  #act(happens: () => void): void {
    this.#stage.act(happens);
  }
}
