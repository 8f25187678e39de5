/**
 * The nemesis: strikes at every link and node of a world, by chance that the seed decides, until the world is to come to rest.
 *
 * Each family has a stream of its own for each target, so that one node more, or one fault less, leaves the misfortune of
 * all others where it was. Whatever it does is a fault with an id, as if a script had done it: a run can be repeated with
 * some of them left out.
 */
import { attacks, describeGap, drawRule, drawSpan, type Quarry, type TimedFamily } from './attack.ts';
import type { DuplexLink } from './duplex-link.ts';
import { type EventId, NO_EVENT } from './event-queue.ts';
import type { FaultBook, FaultFamily } from './fault.ts';
import type { SimNode } from './node.ts';
import type { Menaces, ProfileName } from './profile.ts';
import type { Draw, Streams } from './rng.ts';
import type { Happening, Simulator } from './simulator.ts';

/** A run that meets more than this is not tested better, only longer. */
const STRIKES_LIMIT = 10_000;

/** One family at one target: when it strikes next. */
interface Siege {
  readonly family: FaultFamily;
  readonly target: SimNode | DuplexLink;
  readonly luck: Draw;
  readonly gapMicros: number;
  event: EventId;
}

export class Nemesis implements Happening {
  readonly profile: ProfileName;
  readonly menaces: Menaces;
  readonly #simulator: Simulator;
  readonly #streams: Streams;
  readonly #faults: FaultBook;
  readonly #sieges: Siege[] = [];
  /** Rules that lie in wait, each by how to take it away. */
  readonly #rules: (() => void)[] = [];
  #strikes = 0;
  #resting = false;

  constructor(
    profile: ProfileName,
    menaces: Menaces,
    world: { simulator: Simulator; streams: Streams; faults: FaultBook },
  ) {
    this.profile = profile;
    this.menaces = menaces;
    this.#simulator = world.simulator;
    this.#streams = world.streams;
    this.#faults = world.faults;
    this.#say(`the nemesis is ${profile}: ${this.describe()}`);
  }

  /** What it drew, in words. */
  describe(): string {
    const words = [...this.menaces].map(([family, gap]) => describeGap(family, gap));
    return words.length === 0 ? 'nothing strikes' : words.join(', ');
  }

  /** A node is there from now on. Raw peers are the script's own; of hosted nodes nobody knows yet which of them will be brokers. */
  meetNode(node: SimNode): void {
    if (node.role === 'peer') return;
    this.#besiege(node, node.role === 'client' ? ['node'] : ['node', 'broker']);
  }

  meetLink(link: DuplexLink): void {
    this.#besiege(link, ['link']);
  }

  /** Strikes no more: what it struck is for others to heal. */
  rest(): void {
    this.#resting = true;
    for (const siege of this.#sieges) this.#lift(siege);
    for (const takeAway of this.#rules) takeAway();
    this.#rules.length = 0;
  }

  /** A siege strikes, and waits for its next time. */
  due(_kind: number, argument: unknown): void {
    const siege = argument as Siege;
    siege.event = NO_EVENT;
    if (++this.#strikes > STRIKES_LIMIT) {
      this.#say(`the nemesis has struck ${STRIKES_LIMIT} times and rests`);
      this.rest();
      return;
    }
    const { family, target, luck } = siege;
    if (family === 'rule') {
      const { matcher, verdict } = drawRule(luck);
      this.#rules.push((target as DuplexLink).on(matcher, verdict));
    } else {
      const { detail, duration } = attacks[family].draw(luck, waysOf(target));
      const plan = { family, target: target.name, detail };
      this.#faults.strike(duration === undefined ? plan : { ...plan, duration });
    }
    this.#await(siege);
  }

  #besiege(target: SimNode | DuplexLink, quarries: readonly Quarry[]): void {
    if (this.#resting) return;
    for (const [family, gapMicros] of this.menaces) {
      if (!quarries.includes(quarryOf(family))) continue;
      const luck = this.#streams.stream('nemesis', target.name, family);
      const siege: Siege = { family, target, luck, gapMicros, event: NO_EVENT };
      this.#sieges.push(siege);
      this.#await(siege);
    }
  }

  /** What chance does has no cause in the run. */
  #await(siege: Siege): void {
    const { recorder, now } = this.#simulator;
    const cause = recorder.cause;
    recorder.cause = 0;
    siege.event = this.#simulator.schedule(now + drawSpan(siege.luck, siege.gapMicros), 0, this, siege);
    recorder.cause = cause;
  }

  #lift(siege: Siege): void {
    if (siege.event !== NO_EVENT) this.#simulator.cancel(siege.event);
    siege.event = NO_EVENT;
  }

  #say(text: string): void {
    this.#simulator.recorder.emit({ k: 'note', n: '', text });
  }
}

function quarryOf(family: FaultFamily): Quarry {
  return family === 'rule' ? 'link' : attacks[family as TimedFamily].quarry;
}

function waysOf(target: SimNode | DuplexLink): readonly string[] {
  return 'directions' in target ? target.directions : [];
}
