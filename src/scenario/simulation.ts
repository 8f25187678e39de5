/** The world as the author of a script sees it. */
import type { Micros } from '../mqtt/machine.ts';
import { type EventId, NO_EVENT } from '../sim/event-queue.ts';
import { checkName } from '../sim/rng.ts';
import { type Duration, formatDuration, formatTime, parseDuration } from '../sim/time.ts';
import type { WorldDebt } from '../sim/world.ts';
import { Broker } from './broker.ts';
import { type BrokerSettings, brokerOptions } from './broker-options.ts';
import { formatSite, placeOf, siteOf } from './call-site.ts';
import { Client } from './client.ts';
import { type ClientSettings, clientOptions } from './client-options.ts';
import { ScriptError, UnquietError } from './errors.ts';
import type { HostSettings } from './host-options.ts';
import type { HostedNode } from './hosted-node.ts';
import { Link, type LinkSettings, linkSpecification } from './link.ts';
import type { NodeHandle, NodeReference } from './node-handle.ts';
import { textOf, wholeNumber } from './option-values.ts';
import { Peer } from './peer.ts';
import type { Stage } from './stage.ts';

/** How an assertion of a script has fared. */
export interface AssertTally {
  readonly assertion: 'always' | 'sometimes';
  readonly text: string;
  evaluated: number;
  held: number;
  /** Virtual time, and the author's line, of the first evaluation that did not hold. */
  brokenAtMicros?: Micros;
  brokenAt?: string;
}

/** Repeats until it is stopped. */
interface Repetition {
  event: EventId;
}

/** Every message kept for the script costs memory; see `keepReceived`. */
const KEEP_RECEIVED = 1_000;
const KEEP_RECEIVED_LIMIT = 10_000_000;
/** Texts of assertions are a table for people. */
const ASSERTS_LIMIT = 10_000;
const NOTE_LIMIT = 10_000;
/** After so long in a healed world, what has not happened never will. */
const QUIET_LIMIT: Duration = '1h';
/** How often `quiet` looks: soon at first, then less and less often. */
const FIRST_LOOK_MICROS: Micros = 10_000;
const LAST_LOOK_MICROS: Micros = 10_000_000;
const DEBTS_LISTED = 5;

/** What a script is given as `sim`: it makes nodes, lets time pass, and says what must be true. */
export class Simulation {
  readonly #stage: Stage;
  readonly #brokers = new Map<string, Broker>();
  readonly #clients = new Map<string, Client>();
  readonly #peers = new Map<string, Peer>();
  readonly #hosts = new Map<string, HostedNode>();
  readonly #repetitions = new Set<Repetition>();
  readonly #asserts = new Map<string, AssertTally>();

  /** @internal */
  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** The seed of this run. */
  get seed(): string {
    return this.#stage.world.streams.seed;
  }

  /** Virtual time since the beginning of the run, in microseconds. */
  get now(): Micros {
    return this.#stage.simulator.now;
  }

  /**
   * A broker, listening from now on; or the one that has this name already.
   *
   * @throws ScriptError, NameError or DurationError for what it cannot be.
   * @example
   * const hub = sim.broker('hub', { durability: 'none', retainedExpiry: '1h' });
   */
  broker(name: string, settings?: BrokerSettings): Broker {
    return this.#named(this.#brokers, name, 'broker', settings, () => {
      this.#stage.tell({ kind: 'broker', name, settings: settings ?? {} });
      return new Broker(
        this.#stage,
        name,
        brokerOptions(name, settings ?? {}, this.#stage.defaults.durability, this.#stage.ask, (clientId) =>
          this.#stage.sessionExpiries.get(clientId),
        ),
      );
    });
  }

  /**
   * A client that does nothing yet; or the one that has this name already.
   *
   * @throws ScriptError, NameError or DurationError for what it cannot be.
   * @example
   * const sensor = sim.client('sensor', { cleanStart: false, sessionExpiry: '1h', keepAlive: '30s' });
   */
  client(name: string, settings?: ClientSettings): Client {
    return this.#named(this.#clients, name, 'client', settings, () => {
      const given = settings ?? {};
      this.#stage.tell({ kind: 'client', name, settings: given });
      const options = clientOptions(name, given, this.#stage.defaults, this.#stage.ask);
      if (given.sessionExpiry !== undefined)
        this.#stage.sessionExpiries.set(options.clientId, options.sessionExpiry);
      const kept = wholeNumber(
        given.keepReceived ?? KEEP_RECEIVED,
        `keepReceived of client '${name}'`,
        0,
        KEEP_RECEIVED_LIMIT,
      );
      return new Client(this.#stage, name, options, kept);
    });
  }

  /** A raw node, that sends any bytes and sees what comes back; or the one that has this name already. */
  peer(name: string): Peer {
    return this.#named(this.#peers, name, 'peer', undefined, () => {
      this.#stage.tell({ kind: 'other', what: `the raw peer '${name}'` });
      return new Peer(this.#stage, name);
    });
  }

  /**
   * A node that runs foreign code, an npm package or a whole application, once it is booted; or the one that has this name already.
   *
   * @throws ScriptError, NameError or DurationError for what it cannot be, and where no code can be hosted.
   * @example
   * const app = sim.host('app', { cpu: { perEvent: '100us' }, clock: { drift: 50e-6 } });
   * const device = await app.boot(new URL('./device.js', import.meta.url));
   */
  host(name: string, settings?: HostSettings): HostedNode {
    return this.#named(this.#hosts, name, 'host', settings, () => {
      const { hosting } = this.#stage;
      if (hosting === undefined) {
        throw new ScriptError(
          `'${name}' cannot run code of its own here: nodes of npm packages and applications need Node and the amber command, or mqtt-amber/vitest`,
        );
      }
      if (hosting.obstacle !== undefined) throw hosting.obstacle;
      this.#stage.tell({ kind: 'other', what: `the hosted node '${name}'` });
      return hosting.node(this.#stage, name, settings ?? {});
    });
  }

  #named<N>(
    known: Map<string, N>,
    name: string,
    what: string,
    settings: object | undefined,
    make: () => N,
  ): N {
    const found = known.get(name);
    if (found !== undefined) {
      if (settings === undefined) return found;
      throw new ScriptError(`there is a ${what} '${name}' already; name it without options to get it`);
    }
    // Checked here, near the line that gave the name: the place of an error is looked for in the last few frames only.
    checkName(textOf(name, `the name of a ${what}`), `the name of a ${what}`);
    const made = make();
    known.set(name, made);
    return made;
  }

  /**
   * Declares what is between two nodes, before they first talk to each other. Nodes for which nothing is declared are 1 ms
   * apart and lose nothing.
   *
   * @throws ScriptError, DurationError or RangeError for what a link cannot be.
   * @example
   * const uplink = sim.link(sensor, hub, { latency: ['20ms', '80ms'], loss: 0.02 });
   */
  link(a: NodeReference, b: NodeReference, settings: LinkSettings = {}): Link {
    const [from, to] = [nameOf(a), nameOf(b)];
    if (from === to) throw new ScriptError(`a link needs two nodes; '${from}' is the same as '${to}'`);
    this.#stage.tell({ kind: 'link', a: from, b: to, settings });
    return new Link(
      this.#stage,
      this.#stage.world.link(from, to, linkSpecification(settings, `link '${from}~${to}'`)),
    );
  }

  /**
   * Lets virtual time pass.
   * @throws DurationError for anything but a string with a unit.
   * @example
   * await sim.sleep('1.5s');
   */
  sleep(duration: Duration): Promise<void> {
    const micros = parseDuration(duration, 'the duration of sleep');
    const { simulator, script } = this.#stage;
    script.setAlarm();
    return new Promise((resolve) => {
      simulator.at(simulator.now + micros, () => {
        script.alarmIsOver();
        simulator.wakeScript();
        resolve();
      });
    });
  }

  /**
   * Calls back again and again, for the first time after one period; until it is stopped, or the world comes to rest with
   * {@link quiet}.
   *
   * @returns a function that stops it.
   * @example
   * const stop = sim.every('10s', () => uplink.partition({ for: '3s' }));
   */
  every(period: Duration, callback: () => unknown): () => void {
    const micros = parseDuration(period, 'the period of every');
    if (micros === 0) throw new ScriptError("the period of every is '0s'; time would never pass");
    checkFunction(callback, 'every');
    const { simulator, script } = this.#stage;
    const repetition: Repetition = { event: NO_EVENT };
    const arm = (): void => {
      repetition.event = simulator.at(simulator.now + micros, () => {
        arm();
        script.enter(callback);
      });
    };
    arm();
    script.setAlarm();
    this.#repetitions.add(repetition);
    return () => this.#stop(repetition);
  }

  #stop(repetition: Repetition): void {
    if (!this.#repetitions.delete(repetition)) return;
    this.#stage.simulator.cancel(repetition.event);
    this.#stage.script.alarmIsOver();
  }

  /**
   * Calls back once, at a time since the beginning of the run.
   *
   * @throws ScriptError when that has passed.
   * @returns a function that forgets it.
   */
  at(time: Duration, callback: () => unknown): () => void {
    const micros = parseDuration(time, 'the time of at');
    checkFunction(callback, 'at');
    const { simulator, script } = this.#stage;
    if (micros < simulator.now) {
      throw new ScriptError(`at('${time}') has passed: it is ${formatTime(simulator.now)} already`);
    }
    const event: { id: EventId } = { id: NO_EVENT };
    script.setAlarm();
    event.id = simulator.at(micros, () => {
      event.id = NO_EVENT;
      script.alarmIsOver();
      script.enter(callback);
    });
    return () => {
      if (event.id === NO_EVENT) return;
      simulator.cancel(event.id);
      event.id = NO_EVENT;
      script.alarmIsOver();
    };
  }

  /** Narration: the text is shown where it happens, in the trace and in the viewer. */
  note(text: string): void {
    const shown = textOf(text, 'a note');
    if (shown.length > NOTE_LIMIT)
      throw new ScriptError(`a note has ${shown.length} characters, more than ${NOTE_LIMIT}`);
    this.#stage.simulator.recorder.emit({ k: 'note', n: '', text: shown });
  }

  /**
   * Says what must be true whenever this line is reached. The first time it is not fails the run, which goes on.
   *
   * @param text names the assertion; the same text is one assertion however often it is evaluated.
   */
  always(condition: boolean, text: string): void {
    this.#assert('always', condition, text);
  }

  /** Says what has to be true at least once, in one run of many: a sweep that never sees it tests less than it seems to. */
  sometimes(condition: boolean, text: string): void {
    this.#assert('sometimes', condition, text);
  }

  #assert(assertion: 'always' | 'sometimes', condition: boolean, text: string): void {
    if (typeof condition !== 'boolean') {
      throw new ScriptError(`${assertion}(...) needs true or false, not ${describeValue(condition)}`);
    }
    if (typeof text !== 'string' || text === '')
      throw new ScriptError(`${assertion}(condition, text) needs a text`);
    const key = `${assertion}/${text}`;
    let tally = this.#asserts.get(key);
    if (tally === undefined) {
      if (this.#asserts.size >= ASSERTS_LIMIT) {
        throw new ScriptError(
          `there are ${ASSERTS_LIMIT} assertions with different texts; leave values out of the text`,
        );
      }
      tally = { assertion, text, evaluated: 0, held: 0 };
      this.#asserts.set(key, tally);
    }
    tally.evaluated++;
    let place: string | undefined;
    if (condition) tally.held++;
    else if (tally.brokenAtMicros === undefined) {
      tally.brokenAtMicros = this.now;
      const site = siteOf(new Error().stack);
      if (site !== undefined) {
        tally.brokenAt = formatSite(site);
        if (assertion === 'always') place = placeOf(site);
      }
    }
    const asserted = { k: 'assert', n: '', assertion, holds: condition, text } as const;
    this.#stage.simulator.recorder.emit(place === undefined ? asserted : { ...asserted, place });
  }

  /**
   * Lets the world come to rest: stops every {@link every}, ends every fault, starts what is down, and waits until nobody owes
   * anybody anything.
   *
   * @throws UnquietError (as a rejection) when somebody still waits after an hour of virtual time: who, and for what.
   */
  quiet(): Promise<void> {
    for (const repetition of [...this.#repetitions]) this.#stop(repetition);
    const { simulator, script, world } = this.#stage;
    this.#stage.tell({ kind: 'quiet', at: simulator.now });
    this.#stage.act(() => world.heal());
    const waiter = script.wait<void>('the world to come to rest');
    const giveUpAt = simulator.now + parseDuration(QUIET_LIMIT);
    let pause = FIRST_LOOK_MICROS;
    const look = (): void => {
      const debts = world.debts();
      if (debts.length === 0) {
        this.#stage.atRest = true;
        waiter.resolve();
      } else if (simulator.now >= giveUpAt) {
        waiter.reject(new UnquietError(describeDebts(debts)));
      } else {
        simulator.at(Math.min(simulator.now + pause, giveUpAt), look);
        pause = Math.min(pause * 2, LAST_LOOK_MICROS);
      }
    };
    simulator.at(simulator.now, look);
    return waiter.call;
  }

  /**
   * Draws from [0, 1): chance that belongs to the seed. Each name is a stream of its own, so that drawing more from one
   * leaves the others alone.
   */
  random(stream = 'draws'): number {
    return this.#stage.world.streams.stream(
      'script',
      'draw',
      textOf(stream, 'the name of a stream of random'),
    )();
  }

  /** @internal */
  get asserts(): readonly AssertTally[] {
    return [...this.#asserts.values()];
  }
}

function nameOf(node: NodeReference): string {
  const name: unknown = typeof node === 'string' ? node : (node as NodeHandle | undefined)?.name;
  if (typeof name !== 'string') throw new ScriptError(`a link joins two nodes, not ${describeValue(node)}`);
  return name;
}

function checkFunction(callback: unknown, what: string): void {
  if (typeof callback !== 'function')
    throw new ScriptError(`${what} needs a function to call, not ${describeValue(callback)}`);
}

function describeValue(value: unknown): string {
  if (value instanceof Promise) return 'a promise (await it first)';
  return value === null ? 'null' : typeof value;
}

function describeDebts(debts: readonly WorldDebt[]): string {
  const listed = debts
    .slice(0, DEBTS_LISTED)
    .map(({ node, entity, awaits }) => `${entity === '' ? node : `${node}/${entity}`} waits for ${awaits}`);
  if (debts.length > DEBTS_LISTED) listed.push(`and ${debts.length - DEBTS_LISTED} more`);
  return `the world is healed and does not come to rest: after ${formatDuration(parseDuration(QUIET_LIMIT))} ${listed.join('; ')}`;
}
