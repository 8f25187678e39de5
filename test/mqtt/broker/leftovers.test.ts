import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Packet, QoS } from '../../../src/mqtt/codec/packet.ts';
import { Hub, type Peer, SECOND } from './hub.ts';

const NAMES = ['a', 'b/c', 'd'];
const FILTERS = ['x', 'x/#', '#', '$SYS/#'];

const step = fc.record({
  who: fc.nat(2),
  what: fc.constantFrom('connect', 'lose', 'leave', 'subscribe', 'unsubscribe', 'publish', 'answer', 'pass'),
  clean: fc.constantFrom(false, false, true),
  will: fc.boolean(),
  topic: fc.constantFrom('x', 'x/y', 'y'),
  filter: fc.constantFrom(...FILTERS),
  qos: fc.constantFrom<QoS>(0, 1, 2),
  retain: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Three clients that do as they are told, and answer what they are sent only when told to. */
class Company {
  readonly hub: Hub;
  private readonly peers: (Peer | undefined)[] = [];

  constructor(options: ConstructorParameters<typeof Hub>[0]) {
    this.hub = new Hub(options);
  }

  take(step: Step): void {
    const { who, what, topic, filter, qos, retain } = step;
    if (what === 'pass') this.hub.advance(3 * SECOND);
    const known = this.peers[who];
    const peer = what === 'connect' || known === undefined || known.closed ? this.connect(step) : known;
    if (what === 'lose') peer.lose();
    else if (what === 'leave') peer.disconnect();
    else if (what === 'subscribe') peer.subscribe({ filter, qos });
    else if (what === 'unsubscribe')
      peer.send({ type: 'unsubscribe', packetId: peer.nextId(), filters: [filter] });
    else if (what === 'publish') peer.publish(topic, 'm', qos, { retain });
    else if (what === 'answer') this.answer(peer);
    if (what === 'lose' || what === 'leave') this.peers[who] = undefined;
  }

  private connect({ who, clean, will, topic, qos, retain }: Step): Peer {
    const peer = this.hub.client(NAMES[who]!, { clean, ...(will ? { will: { topic, qos, retain } } : {}) });
    this.peers[who] = peer;
    return peer;
  }

  /** Acknowledges everything, to the end. */
  private answer(peer: Peer): void {
    for (let packets = peer.take(); packets.length > 0; packets = peer.take()) {
      for (const packet of packets) {
        const answer = answerTo(packet);
        if (answer !== undefined) peer.send(answer);
      }
    }
  }

  /** Every client begins anew and leaves; every topic is cleared. */
  goHome(): void {
    for (const name of NAMES) this.hub.client(name, { clean: true }).disconnect();
    const last = this.hub.client('last');
    for (const topic of ['x', 'x/y', 'y', 'will']) last.publish(topic, '', 0, { retain: true });
    last.disconnect();
  }
}

function answerTo(packet: Packet): Packet | undefined {
  if (packet.type === 'pubrec') return { type: 'pubrel', packetId: packet.packetId };
  if (packet.type === 'pubrel') return { type: 'pubcomp', packetId: packet.packetId };
  if (packet.type !== 'publish' || packet.qos === 0) return undefined;
  return { type: packet.qos === 1 ? 'puback' : 'pubrec', packetId: packet.packetId! };
}

describe('a broker whose clients have all ended their sessions, and whose topics were cleared', () => {
  it('has nothing left: on its disk, among its wakes, in what it shows, or in its counts', () => {
    const options = fc.record({
      sessionExpiry: fc.constantFrom(5, Infinity),
      retainedExpiry: fc.constantFrom(4, Infinity),
      queueQoS0: fc.boolean(),
      limits: fc.record({ inflight: fc.constantFrom(1, 20), queue: fc.constantFrom(2, 100) }),
    });
    fc.assert(
      fc.property(options, fc.array(step, { minLength: 30, maxLength: 60 }), (given, steps) => {
        const company = new Company(given);
        for (const one of steps) company.take(one);
        company.goHome();
        const { hub } = company;
        expect([...hub.disk.values().keys()]).toEqual([]);
        expect([...hub.pendingWakes.keys()]).toEqual([]);
        expect([...hub.observed]).toEqual([]);
        const { sessions, subscriptions, retained, connected } = hub.machine;
        expect({ sessions, subscriptions, retained, connected }).toEqual({
          sessions: 0,
          subscriptions: 0,
          retained: 0,
          connected: 0,
        });
      }),
      { seed: 311, numRuns: 200 },
    );
  });
});
