/** A broker under attack: six wild connections, and two clients that only want to talk. */
import type { Batch } from '../../src/mqtt/machine.ts';
import { Streams } from '../../src/sim/rng.ts';
import { diskWith, Hub, type HubOptions, type Peer, text } from '../mqtt/broker/hub.ts';
import { parsed } from '../mqtt/codec/mqtt-packet.ts';
import { bytesOf, clientGreeting, type Deed, drawDeeds } from './deeds.ts';
import { Terms } from './terms.ts';

const DEEDS = 120;
const OUTPUTS_AN_INPUT = 2_000;
const WITNESS_EVERY = 20;
const options: HubOptions = {
  keepAliveFactor: 1.5,
  topicAliasMaximum: 5,
  receiveMaximum: 4,
  limits: {
    ...{ connections: 10, sessions: 6, queue: 10, inflight: 4, subscriptionsPerSession: 4, retained: 6 },
    ...{ packetSize: 2_000, backlog: 10_000, queueBytes: 20_000, retainedBytes: 10_000, topicLevels: 20 },
  },
};
const WITNESS = { version: 5, clean: false, properties: { sessionExpiryInterval: 1_000 } } as const;
/** As many wakes as there are things that may wait: connections, sessions, wills, retained messages, $SYS. */
const WAKES_LIMIT = 10 + 6 + 6 + 6 + 2;

/** Draws what is done to a broker; the same seed is the same attack. */
export function drawAttack(seed: number): Deed[] {
  return drawDeeds(new Streams(seed).stream('fuzz', 'broker'), DEEDS, clientGreeting);
}

/** Does it, and says what is wrong; undefined when nothing is. */
export function attackBroker(deeds: readonly Deed[], seed = 1): string | undefined {
  const luck = new Streams(seed).stream('fuzz', 'machine');
  const hub = new Hub(options, { chance: luck });
  try {
    return new Attack(hub).run(deeds) ?? survivors(hub.batches, luck);
  } catch (error) {
    return `it throws: ${(error as Error).stack ?? error}`;
  }
}

class Attack {
  readonly #hub: Hub;
  readonly #listener: Peer;
  readonly #speaker: Peer;
  readonly #wild = new Map<number, { peer: Peer; terms: Terms }>();
  #said = 0;

  constructor(hub: Hub) {
    this.#hub = hub;
    this.#listener = hub.client('witness-who-listens', WITNESS);
    this.#speaker = hub.client('witness-who-speaks', WITNESS);
    this.#listener.subscribe('witness/only/this');
  }

  run(deeds: readonly Deed[]): string | undefined {
    for (const [at, deed] of deeds.entries()) {
      const wrong =
        this.#do(deed) ?? this.#limits() ?? (at % WITNESS_EVERY === 0 ? this.#witness() : undefined);
      if (wrong !== undefined) return wrong;
    }
    return this.#witness();
  }

  #do(deed: Deed): string | undefined {
    switch (deed.do) {
      case 'wait':
        // The witnesses are awake all the time.
        this.#hub.advance(deed.millis * 1_000);
        break;
      case 'lose': {
        const wild = this.#wild.get(deed.c);
        this.#wild.delete(deed.c);
        if (wild !== undefined && !wild.peer.closed) wild.peer.lose();
        break;
      }
      case 'bytes': {
        let wild = this.#wild.get(deed.c);
        if (wild === undefined || wild.peer.closed) {
          wild = { peer: this.#hub.dialIn(), terms: new Terms('client') };
          this.#wild.set(deed.c, wild);
        }
        const bytes = bytesOf(deed.hex);
        wild.terms.heard(bytes);
        this.#hub.receiveBytes(wild.peer.connection, bytes);
      }
    }
    return this.#outputs();
  }

  /** Everything that came out decodes, here and elsewhere, and is what its reader takes. */
  #outputs(): string | undefined {
    const outputs = this.#hub.outputs;
    if (outputs.length > OUTPUTS_AN_INPUT) return `${outputs.length} outputs for one input`;
    const witnesses = [this.#listener.connection, this.#speaker.connection];
    for (const output of outputs) {
      if (output.kind !== 'send' || witnesses.includes(output.connection)) continue;
      const { packet, bytes, connection } = output;
      const wild = [...this.#wild.values()].find(({ peer }) => peer.connection === connection);
      const breach = wild?.terms.breach(packet, bytes.length);
      if (breach !== undefined) return breach;
      const elsewhere = parsed(bytes, wild?.terms.version ?? 4);
      if (elsewhere instanceof Error) return `mqtt-packet refuses what is sent: ${elsewhere.message}`;
    }
    const kept = outputs.filter((output) => output.kind === 'send' && witnesses.includes(output.connection));
    outputs.splice(0, outputs.length, ...kept);
    return undefined;
  }

  #limits(): string | undefined {
    const { machine, pendingWakes } = this.#hub;
    const { sessions, retained, subscriptionsPerSession } = options.limits as Record<string, number>;
    if (machine.sessions > sessions!) return `${machine.sessions} sessions`;
    if (machine.retained > retained!) return `${machine.retained} retained messages`;
    if (machine.subscriptions > sessions! * subscriptionsPerSession!)
      return `${machine.subscriptions} subscriptions`;
    if (pendingWakes.size > WAKES_LIMIT)
      return `${pendingWakes.size} wakes: ${[...pendingWakes.keys()].join(' ')}`;
    return undefined;
  }

  /** Whoever keeps to the rules notices nothing. */
  #witness(): string | undefined {
    if (this.#listener.closed || this.#speaker.closed) return 'a witness was disconnected';
    for (const qos of [0, 1, 2] as const) {
      const said = `${qos} ${++this.#said}`;
      this.#speaker.publish('witness/only/this', said, qos);
      const [received] = this.#listener.publishes().filter(({ topic }) => topic === 'witness/only/this');
      if (received === undefined || text(received.payload) !== said)
        return `the witness did not hear '${said}'`;
      if (qos === 1) this.#listener.send({ type: 'puback', packetId: received.packetId!, reasonCode: 0 });
      if (qos === 2) {
        this.#listener.send({ type: 'pubrec', packetId: received.packetId!, reasonCode: 0 });
        this.#listener.send({ type: 'pubcomp', packetId: received.packetId!, reasonCode: 0 });
        const id = this.#speaker.take().findLast(({ type }) => type === 'pubrec');
        if (id === undefined || !('packetId' in id)) return 'the witness has no PUBREC';
        this.#speaker.send({ type: 'pubrel', packetId: id.packetId as number, reasonCode: 0 });
      }
      this.#speaker.take();
      this.#listener.take();
    }
    return this.#outputs();
  }
}

/** What a power cut leaves at any moment is a broker that works. */
function survivors(batches: readonly Batch[], luck: () => number): string | undefined {
  const kept = batches.slice(0, Math.floor(luck() * (batches.length + 1)));
  const hub = new Hub(options, { disk: diskWith(kept), chance: luck, now: 1_000_000 });
  const visitor = hub.client('witness-who-listens', WITNESS);
  if (visitor.closed) return `after ${kept.length} of ${batches.length} batches nobody gets in`;
  visitor.subscribe('witness/afterwards');
  visitor.publish('witness/afterwards', 'still here');
  if (!visitor.messages().includes('witness/afterwards still here'))
    return `after ${kept.length} of ${batches.length} batches nothing is delivered`;
  return undefined;
}
