/** Plays a dialogue against a broker, step by step, and says which did not go as it is written. */
import { encode } from '../mqtt/codec/encode.ts';
import type { ProtocolVersion } from '../mqtt/codec/packet.ts';
import type { Dialogue, Step } from './dialogue.ts';
import { type Arrival, type Expectation, mismatchOf } from './expectation.ts';
import { type Captures, packetOf } from './fields.ts';
import { type Words, wordsOf } from './words.ts';

/** One connection, as whoever plays carries it: virtual or real. */
export interface Wire {
  send(bytes: Uint8Array): void;
  /** The next whole packet, within a time; what is no packet comes as it is. */
  next(withinMicros: number): Promise<Arrival>;
  /** Ends it without a word. */
  drop(): void;
}

/** Where a dialogue is played. */
export interface Ground {
  /** Opens a connection to the broker. */
  open(client: string): Promise<Wire>;
  sleep(micros: number): Promise<void>;
}

/** A step that did not go as it is written. */
export interface Deviation {
  readonly line: number;
  /** As it is written. */
  readonly expected: string;
  readonly got: string;
}

/** What is due at once on loopback may take its time on a busy machine. */
const PATIENCE_MICROS = 8_000_000;
/** A broker that does not let go of a client that takes leave is not waited for any longer, nor for more packets than so many. */
const LEAVE_MICROS = 1_000_000;
const LEAVE_ARRIVALS = 1_000;
/** DISCONNECT, in every version. */
const GOODBYE = Uint8Array.of(0xe0, 0);

/**
 * Plays until the first step that deviates: what follows it would deviate as well. Every connection ends with the dialogue.
 *
 * @throws SyntaxError, with the line in front, for a packet that cannot be written in this version.
 */
export async function play(
  dialogue: Dialogue,
  version: ProtocolVersion,
  ground: Ground,
): Promise<Deviation | undefined> {
  const player = new Player(version, ground);
  try {
    for (const step of dialogue.steps) {
      if (step.versions !== undefined && !step.versions.includes(version)) continue;
      let got: string | undefined;
      try {
        got = await player.take(step);
      } catch (error) {
        if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
        throw new SyntaxError(`${dialogue.name}:${step.line}: ${error.message}`);
      }
      if (got !== undefined) return { line: step.line, expected: step.text, got };
    }
    return undefined;
  } finally {
    await player.leave();
  }
}

class Player {
  readonly #version: ProtocolVersion;
  readonly #ground: Ground;
  /** By client: what it speaks on now. */
  readonly #wires = new Map<string, Wire>();
  readonly #opened: Wire[] = [];
  readonly #captures: Captures = new Map();

  constructor(version: ProtocolVersion, ground: Ground) {
    this.#version = version;
    this.#ground = ground;
  }

  /** What came instead, when a step deviates. */
  async take(step: Step): Promise<string | undefined> {
    switch (step.kind) {
      case 'sleep':
        await this.#ground.sleep(step.micros);
        return undefined;
      case 'drop':
        this.#wires.get(step.client)?.drop();
        this.#wires.delete(step.client);
        return undefined;
      case 'connect':
        this.#wires.delete(step.client);
        await this.#send(step.client, 'connect', step.words);
        return this.#meet(step.client, { kind: 'packet', type: 'connack', words: CONNACK });
      case 'send': {
        const { packet, client } = step;
        if (packet.type === 'hex') (await this.#wireOf(client)).send(packet.bytes);
        else await this.#send(client, packet.type, packet.words);
        return undefined;
      }
      case 'expect':
        return this.#meet(step.client, step.expectation);
      case 'any-order':
        return this.#meetAll(step.steps);
    }
  }

  async #send(client: string, type: Parameters<typeof packetOf>[0], words: Words): Promise<void> {
    const packet = packetOf(type, words, client, this.#version, this.#captures);
    const wire = await this.#wireOf(client);
    wire.send(encode(packet, this.#version));
  }

  async #wireOf(client: string): Promise<Wire> {
    let wire = this.#wires.get(client);
    if (wire === undefined) {
      wire = await this.#ground.open(client);
      this.#wires.set(client, wire);
      this.#opened.push(wire);
    }
    return wire;
  }

  /** Ends what is still open: with a goodbye, so that no will is left to whoever plays next. */
  async leave(): Promise<void> {
    for (const wire of this.#opened) wire.send(GOODBYE);
    for (const wire of this.#opened) {
      let arrivals = 0;
      let arrival: Arrival;
      do arrival = await wire.next(LEAVE_MICROS);
      while (typeof arrival !== 'string' && ++arrivals < LEAVE_ARRIVALS);
      wire.drop();
    }
  }

  async #meet(client: string, expectation: Expectation): Promise<string | undefined> {
    const wire = await this.#wireOf(client);
    switch (expectation.kind) {
      case 'packet': {
        const arrival = await wire.next(PATIENCE_MICROS);
        if (arrival === 'closed') this.#wires.delete(client);
        return mismatchOf(expectation, arrival, this.#version, this.#captures);
      }
      case 'silence': {
        const arrival = await wire.next(expectation.micros);
        return arrival === 'nothing' ? undefined : this.#describe(arrival);
      }
      case 'close':
        return this.#meetEnd(client, wire);
      case 'refusal': {
        if (this.#version < 5) return this.#meetEnd(client, wire);
        const words = wordsOf(`${expectation.code}`);
        const arrival = await wire.next(PATIENCE_MICROS);
        const wrong = mismatchOf({ type: 'disconnect', words }, arrival, this.#version, this.#captures);
        return wrong ?? this.#meetEnd(client, wire);
      }
    }
  }

  async #meetEnd(client: string, wire: Wire): Promise<string | undefined> {
    const arrival = await wire.next(PATIENCE_MICROS);
    this.#wires.delete(client);
    if (arrival === 'closed') return undefined;
    wire.drop();
    return this.#describe(arrival);
  }

  /** Each of them comes once, whichever comes first; what comes on another connection is another's. */
  async #meetAll(steps: readonly Step[]): Promise<string | undefined> {
    const open = steps.filter(
      (step) =>
        step.kind === 'expect' && (step.versions === undefined || step.versions.includes(this.#version)),
    ) as Extract<Step, { kind: 'expect' }>[];
    while (open.length > 0) {
      const { client } = open[0]!;
      const arrival = await (await this.#wireOf(client)).next(PATIENCE_MICROS);
      let wrong: string | undefined;
      const at = open.findIndex(({ client: other, expectation }) => {
        if (other !== client || expectation.kind !== 'packet') return false;
        // A name is captured only by the line that fits.
        const captures: Captures = new Map(this.#captures);
        wrong = mismatchOf(expectation, arrival, this.#version, captures);
        if (wrong === undefined) for (const [name, value] of captures) this.#captures.set(name, value);
        return wrong === undefined;
      });
      if (at === -1) return wrong ?? this.#describe(arrival);
      open.splice(at, 1);
    }
    return undefined;
  }

  #describe(arrival: Arrival): string {
    return mismatchOf(NOTHING_EXPECTED, arrival, this.#version, this.#captures) ?? 'auth came';
  }
}

const CONNACK = wordsOf('0 present=*');
/** For its words: whatever comes is not this. */
const NOTHING_EXPECTED = { type: 'connect', words: wordsOf('') } as const;
