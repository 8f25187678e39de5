/** The network: hosts by name, the connections between them, and what happens to a segment on its way. */

import { added, elementsOf, removed } from '../collections/small-set.ts';
import type { Micros } from '../mqtt/machine.ts';
import type { SegmentLost } from '../trace/event.ts';
import { Addresses } from './addresses.ts';
import { Connection } from './connection.ts';
import type { DuplexLink } from './duplex-link.ts';
import type { Endpoint } from './endpoint.ts';
import type { Host } from './host.ts';
import { mix } from './rng.ts';
import type { Simulator } from './simulator.ts';
import { bytesOnWire, resetFor, segmentKey } from './tcp/index.ts';
import { Segment } from './transport.ts';

export class Network {
  readonly simulator: Simulator;
  /** For code that knows hosts by addresses. */
  readonly addresses = new Addresses((name) => this.knows(name));
  readonly #hostNamed: (name: string) => Host | undefined;
  readonly #linkBetween: (from: string, to: string) => DuplexLink;

  /** @param linkBetween finds the link that carries a connection. */
  constructor(
    simulator: Simulator,
    hostNamed: (name: string) => Host | undefined,
    linkBetween: (from: string, to: string) => DuplexLink,
  ) {
    this.simulator = simulator;
    this.#hostNamed = hostNamed;
    this.#linkBetween = linkBetween;
  }

  /** Whether a host has this name. */
  knows(name: string): boolean {
    return this.#hostNamed(name) !== undefined;
  }

  /** Dials a port of another host. What becomes of it is told to the dialling host. */
  dial(from: Host, to: string, port: number): Endpoint {
    const target = this.#hostNamed(to);
    if (target === undefined) throw new Error(`${from.name} dials ${to}, which is not a node of this run`);
    const link = this.#linkBetween(from.name, to);
    const lane = link.laneFrom(from.name);
    const name = `${from.name}>${to}#${++lane.dialled}`;
    const connection = new Connection(this, name, from, target, port, link);
    link.began(connection);
    meet(from, connection.dialler);
    this.simulator.record({ k: 'conn.dialled', n: from.name, ...connection.named });
    connection.dialler.dial();
    return connection.dialler;
  }

  /** The process of a host died: its host ends what it had. */
  processDied(host: Host): void {
    for (const endpoint of [...this.endpointsOf(host)]) endpoint.processDied();
  }

  /** A host lost its power: it forgets everything, and says nothing. */
  powerLost(host: Host): void {
    for (const endpoint of [...this.endpointsOf(host)]) endpoint.powerLost();
  }

  /** A stopped process goes on: it learns what its host has collected for it. */
  resumed(host: Host): void {
    const recorder = this.simulator.recorder;
    const cause = recorder.cause;
    for (const endpoint of [...this.endpointsOf(host)]) {
      recorder.cause = cause;
      endpoint.settle();
    }
  }

  /** A slow process reads on as any other. */
  hurried(host: Host): void {
    const recorder = this.simulator.recorder;
    const cause = recorder.cause;
    for (const endpoint of [...this.endpointsOf(host)]) {
      recorder.cause = cause;
      endpoint.hurry();
    }
  }

  /** What a host knows of, in the order it came to know it. */
  endpointsOf(host: Host): Iterable<Endpoint> {
    return elementsOf(host.endpoints);
  }

  /** A host does not know a connection any more. */
  left(endpoint: Endpoint): void {
    const { connection, host } = endpoint;
    host.endpoints = removed(host.endpoints, endpoint);
    if (connection.over) connection.link.ended(connection);
  }

  /** A transport sends a segment. */
  carry(endpoint: Endpoint, segment: Segment): void {
    if (endpoint.supervised && !this.#admit(endpoint, segment)) return;
    endpoint.connection.usedAt = this.simulator.now;
    this.send(endpoint, segment, 0);
  }

  /** False when a middlebox or a rule has taken the segment. */
  #admit(endpoint: Endpoint, segment: Segment): boolean {
    const { connection } = endpoint;
    const { watch } = connection.link;
    const { nat } = connection.link.carriage;
    if (nat !== undefined && this.simulator.now - connection.usedAt >= nat.idleMicros)
      connection.forget(nat.answer);
    if (connection.forgotten !== undefined) {
      this.lose(endpoint, segment, 'black-hole');
      // The middlebox is near: its answer takes no time on the link.
      if (connection.forgotten === 'reset' && !segment.rst) {
        endpoint.expect(this.simulator.now, resetFor(segment));
      }
      return false;
    }
    return watch === undefined || watch.admit(endpoint, segment);
  }

  /** Puts a segment on its link, after a delay of `extra`. */
  send(endpoint: Endpoint, segment: Segment, extra: Micros): void {
    const key = mix(endpoint.hash, segmentKey(segment));
    const fate = endpoint.lane.send(this.simulator.now, bytesOnWire(segment), key);
    if (typeof fate === 'number') endpoint.other.expect(fate + extra, segment);
    else if (fate === 'hold') {
      endpoint.lane.held ??= [];
      endpoint.lane.held.push({ endpoint, segment, extra });
    } else this.lose(endpoint, segment, fate);
  }

  /** A segment that `endpoint` sent does not arrive. */
  lose(endpoint: Endpoint, segment: Segment, reason: SegmentLost['reason']): void {
    const { simulator } = this;
    if (simulator.recorder.full) {
      const { from, to, attempt } = segment;
      const conn = endpoint.connection.name;
      simulator.recorder.emit({ k: 'segment.lost', n: endpoint.host.name, conn, from, to, attempt, reason });
    }
    endpoint.lost(simulator.now, segment, reason);
  }

  /** A segment reached the host of an endpoint. */
  arrive(endpoint: Endpoint, segment: Segment): void {
    if (!endpoint.host.powered) {
      this.lose(endpoint.other, segment, 'down');
      return;
    }
    if (endpoint.unborn && segment.syn) {
      if (!endpoint.host.listensOn(endpoint.connection.port)) {
        this.carry(endpoint, resetFor(segment));
        return;
      }
      meet(endpoint.host, endpoint);
      endpoint.listen();
    }
    if (endpoint.remembered) {
      const watch = endpoint.supervised ? endpoint.connection.link.watch : undefined;
      watch?.arrives(endpoint, segment);
      endpoint.take(segment);
      watch?.arrived(endpoint);
    } else if (!segment.rst) {
      this.carry(endpoint, resetFor(segment));
    }
  }

  /** Both ends are told that the connection is reset, as a middlebox does it that forges segments. */
  resetBoth(connection: Connection): void {
    for (const endpoint of [connection.dialler, connection.listener]) {
      if (endpoint.known) endpoint.take(forgedReset(endpoint.incoming.arrived));
    }
  }
}

/** A host knows of a connection. */
function meet(host: Host, endpoint: Endpoint): void {
  host.endpoints = added(host.endpoints, endpoint);
}

/** A reset as the receiver expects it: at the next byte in order. */
function forgedReset(from: number): Segment {
  return new Segment(from, from, 'rst', -1, 1);
}
