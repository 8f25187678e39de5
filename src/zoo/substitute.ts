/**
 * Puts a bug around a machine: the machine itself is ours and whole, and what goes in and comes out passes the bug first.
 */
import { BrokerMachine } from '../mqtt/broker/broker.ts';
import type { ClientOptions, ClientSink } from '../mqtt/client/application.ts';
import { ClientMachine } from '../mqtt/client/client.ts';
import { CodecError } from '../mqtt/codec/codec-error.ts';
import { decode } from '../mqtt/codec/decode.ts';
import { encode } from '../mqtt/codec/encode.ts';
import type { Packet, ProtocolVersion } from '../mqtt/codec/packet.ts';
import { PacketCutter } from '../mqtt/codec/packet-cutter.ts';
import {
  type ConnectionId,
  type Durability,
  type Machine,
  type MachineSurroundings,
  type Micros,
  type WakeKey,
  wakeName,
} from '../mqtt/machine.ts';
import type { Substitution } from '../sim/substitution.ts';
import { MutantSink } from './mutant-sink.ts';
import { mutantNamed } from './mutants.ts';
import type { Mutant, Mutation, Wire } from './mutation.ts';

/** The wake of a bug; no machine has one of that name. */
const WAKE = 'zoo';
const CONNACK_VERSION: ProtocolVersion = 4;

/** What a run is given so that its brokers, or its clients, are the mutant. */
export function substitutionOf(mutant: Mutant): Substitution {
  const { name } = mutant;
  if (mutant.of === 'broker') {
    return {
      name,
      broker: (options, surroundings) =>
        mutated(mutant, surroundings, {}, (around) => new BrokerMachine(told(options, mutant), around)),
    };
  }
  return {
    name,
    client: (options, surroundings) =>
      mutated(mutant, surroundings, options, (around) => new ClientMachine(told(options, mutant), around)),
  };
}

/**
 * The same, of a mutant of the zoo.
 *
 * @throws RangeError when there is none of that name.
 */
export function substitutionNamed(name: string): Substitution {
  const mutant = mutantNamed(name);
  if (mutant === undefined) throw new RangeError(`there is no mutant '${name}' in the zoo`);
  return substitutionOf(mutant);
}

function told<O extends { durability: Durability }>(options: O, { durability }: Mutant): O {
  return durability === undefined ? options : { ...options, durability };
}

function mutated<M extends Machine>(
  mutant: Mutant,
  surroundings: MachineSurroundings<ClientSink>,
  own: Partial<Pick<ClientOptions, 'clientId' | 'protocolVersion'>>,
  create: (surroundings: MachineSurroundings<ClientSink>) => M,
): M {
  const life = new MutantLife(mutant, surroundings.sink, own);
  const machine = create({
    sink: life.sink,
    chance: () => surroundings.chance(),
    wallOffset: surroundings.wallOffset,
  });
  life.machine = machine;
  return new Proxy(machine, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...inputs: unknown[]): unknown => life.call(name, inputs, () => member.apply(target, inputs));
    },
  });
}

/** A connection, and the packets of what comes on it. */
class MutantWire implements Wire {
  readonly id: ConnectionId;
  /** Of what comes. */
  readonly cutter: PacketCutter;
  readonly #life: MutantLife;
  clientId: string;
  version: ProtocolVersion;

  constructor(id: ConnectionId, life: MutantLife, clientId: string, version: ProtocolVersion) {
    this.id = id;
    this.#life = life;
    this.cutter = new PacketCutter({
      piece: (_bytes, unit, malformed) => {
        if (unit !== undefined) life.took(this, unit, malformed);
      },
    });
    this.clientId = clientId;
    this.version = version;
  }

  send(packet: Packet): void {
    this.#life.sink.sendNow(this.id, packet);
  }
  give(packet: Packet): void {
    this.#life.machine!.received(this.#life.now, this.id, encode(packet, this.version));
  }
  close(): void {
    this.#life.sink.close(this.id, 'finish');
  }
}

class MutantLife {
  readonly wires = new Map<ConnectionId, MutantWire>();
  readonly sink: MutantSink;
  readonly #mutation: Mutation;
  readonly #remembers: Mutant['remembers'];
  readonly #own: Partial<Pick<ClientOptions, 'clientId' | 'protocolVersion'>>;
  machine: Machine | undefined;
  now: Micros = 0;

  constructor(
    mutant: Mutant,
    sink: ClientSink,
    own: Partial<Pick<ClientOptions, 'clientId' | 'protocolVersion'>>,
  ) {
    this.#own = own;
    this.#remembers = mutant.remembers;
    this.sink = new MutantSink(sink, (connection) => this.#wire(connection));
    this.#mutation = mutant.begin?.(this) ?? {};
    this.sink.mutation = this.#mutation;
  }

  wake(at: Micros): void {
    this.sink.wake(WAKE, at);
  }

  /** Every method of the machine goes through here; each input ends with what it sent. */
  call(name: string | symbol, inputs: unknown[], whole: () => unknown): unknown {
    if (name === 'debts' || name === 'vigilant') return whole();
    this.now = inputs[0] as Micros;
    this.#mutation.begins?.();
    try {
      return this.#input(name, inputs, whole);
    } finally {
      this.sink.flush();
    }
  }

  #input(name: string | symbol, inputs: unknown[], whole: () => unknown): unknown {
    switch (name) {
      case 'recover':
        return this.machine!.recover(
          this.now,
          remembered(inputs[1] as Iterable<readonly [string, Uint8Array]>, this.#remembers),
        );
      case 'received':
        return this.#wire(inputs[1] as ConnectionId).cutter.write(inputs[2] as Uint8Array);
      case 'closed': {
        const wire = this.#wire(inputs[1] as ConnectionId);
        this.wires.delete(wire.id);
        this.sink.gone = wire.id;
        this.#mutation.closed?.(wire);
        this.sink.gone = undefined;
        return whole();
      }
      case 'woken': {
        const key = inputs[1] as WakeKey;
        if (key === WAKE) return this.#mutation.woken?.();
        return this.#mutation.timer?.(wakeName(key)) === false ? undefined : whole();
      }
      default:
        return whole();
    }
  }

  /** A packet has come, or what is none: that is for the machine to refuse, as it came. */
  took(wire: MutantWire, unit: Uint8Array, malformed: string | undefined): void {
    const packet = malformed === undefined ? packetIn(unit, wire.version) : undefined;
    if (packet === undefined) {
      this.machine!.received(this.now, wire.id, unit);
      return;
    }
    if (packet.type === 'connect') {
      wire.clientId = packet.clientId;
      wire.version = packet.protocolVersion;
    }
    for (const each of this.#mutation.received?.(packet, wire) ?? [packet]) wire.give(each);
  }

  #wire(id: ConnectionId): MutantWire {
    let wire = this.wires.get(id);
    if (wire === undefined) {
      const { clientId = '', protocolVersion = CONNACK_VERSION } = this.#own;
      wire = new MutantWire(id, this, clientId, protocolVersion);
      this.wires.set(id, wire);
    }
    return wire;
  }
}

function packetIn(bytes: Uint8Array, version: ProtocolVersion): Packet | undefined {
  try {
    return decode(bytes, version);
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

function* remembered(
  snapshot: Iterable<readonly [string, Uint8Array]>,
  remembers: Mutant['remembers'],
): Generator<readonly [string, Uint8Array]> {
  for (const entry of snapshot) if (remembers?.(entry[0]) ?? true) yield entry;
}
