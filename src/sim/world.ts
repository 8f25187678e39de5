/**
 * The world of one run: nodes, links, faults and the simulator that moves them. This is what `src/scenario` builds on.
 *
 * Everything is created through it and known by name. Nothing in it draws chance in an order that depends on what else
 * exists, so a node that talks to nobody changes nothing for the others.
 */

import { added, elementsOf, sizeOf } from '../collections/small-set.ts';
import type { Debt, Machine, Micros } from '../mqtt/machine.ts';
import type { NodeRole } from '../trace/event.ts';
import type { Recorder } from '../trace/recorder.ts';
import type { Connection } from './connection.ts';
import { DuplexLink, type LinkSurroundings } from './duplex-link.ts';
import { FaultBook, type FaultFilter, type FaultTarget } from './fault.ts';
import { describe, type LinkSpecification, type TransportName } from './link-specification.ts';
import { MachineNode, type MachineNodeOptions } from './machine-node.ts';
import { Nemesis } from './nemesis.ts';
import { Network } from './network.ts';
import type { ArmedTimer, NodeSurroundings, SimNode } from './node.ts';
import { Peer } from './peer.ts';
import { menacesOf, type ProfileName } from './profile.ts';
import { type Chance, Streams } from './rng.ts';
import { Simulator, type SimulatorLimits } from './simulator.ts';
import type { Tap } from './tap.ts';

export interface WorldOptions {
  seed: string | number;
  recorder: Recorder;
  /** What links use that do not say. Default `tcp`. */
  transport?: TransportName;
  limits?: SimulatorLimits;
  /** Which faults take effect; all by default. */
  faults?: FaultFilter;
  /** What two nodes have between them for which no link was declared. Default: 1 ms, nothing lost. */
  defaultLink?: LinkSpecification;
  /** How hostile chance is to everything in it; by default nothing strikes but what a script or a list strikes. */
  profile?: ProfileName;
  /** Is told whenever a machine asks to be woken. */
  onTimer?: (timer: ArmedTimer) => void;
  /** Where draws come from. Default `seed`. */
  chance?: Chance;
}

/** Something that is not finished, and whose it is. */
export interface WorldDebt extends Debt {
  node: string;
}

export class World {
  readonly simulator: Simulator;
  readonly streams: Streams;
  readonly faults: FaultBook;
  readonly network: Network;
  readonly nemesis: Nemesis | undefined;
  readonly #linkSurroundings: LinkSurroundings;
  readonly #defaultLink: LinkSpecification;
  readonly #nodeSurroundings: NodeSurroundings;
  readonly #nodes = new Map<string, SimNode>();
  /** In the order in which they were declared. */
  readonly #links: DuplexLink[] = [];
  readonly #loopbacks = new Map<string, DuplexLink>();

  constructor(options: WorldOptions) {
    this.simulator = new Simulator(options.recorder, options.limits);
    this.streams = new Streams(options.seed, options.chance);
    this.#defaultLink = options.defaultLink ?? {};
    this.faults = new FaultBook(this.simulator, (name) => this.#target(name), options.faults ?? {});
    this.network = new Network(
      this.simulator,
      (name) => this.#nodes.get(name),
      (from, to) => this.#linkBetween(from, to),
    );
    const { simulator, streams, faults, network } = this;
    const { onTimer } = options;
    this.#nodeSurroundings = {
      simulator,
      network,
      faults,
      streams,
      ...(onTimer === undefined ? {} : { onTimer }),
    };
    this.#linkSurroundings = { streams, faults, network, transport: options.transport ?? 'tcp' };
    const { profile } = options;
    this.nemesis = profile && new Nemesis(profile, menacesOf(profile, this.streams), this);
  }

  get now(): Micros {
    return this.simulator.now;
  }
  get nodes(): Iterable<SimNode> {
    return this.#nodes.values();
  }
  get links(): Iterable<DuplexLink> {
    return this.#links;
  }

  /**
   * A node that runs a machine; its process starts at once.
   *
   * @throws NameError when the name cannot be used, Error when it is taken.
   */
  machine<M extends Machine>(name: string, role: NodeRole, options: MachineNodeOptions<M>): MachineNode<M> {
    return this.#add(new MachineNode(name, role, this.#surroundings(name), options));
  }

  /** A raw node. */
  peer(name: string): Peer {
    return this.#add(new Peer(name, this.#surroundings(name)));
  }

  /** Any other kind of node, built by whoever brings it; its process starts at once. */
  node<N extends SimNode>(name: string, create: (surroundings: NodeSurroundings) => N): N {
    return this.#add(create(this.#surroundings(name)));
  }

  /** Declares what is between two nodes, before they first talk to each other. */
  link(a: string, b: string, specification: LinkSpecification = {}): DuplexLink {
    const [one, other] = [a, b].map((name) => {
      const node = this.#nodes.get(name);
      if (node === undefined) throw new Error(`a link to ${name}, which is not a node of this run`);
      return node;
    }) as [SimNode, SimNode];
    if (this.linkBetween(a, b) !== undefined) {
      throw new Error(`there is a link between ${a} and ${b} already; declare it once, before they connect`);
    }
    const link = new DuplexLink(a, b, specification, this.#linkSurroundings);
    this.#links.push(link);
    // A hub has a link to each of a million clients: one that is kept where there are fewer is found at once.
    const keeper = sizeOf(one.links) <= sizeOf(other.links) ? one : other;
    keeper.links = added(keeper.links, link);
    const waiting = this.faults.waitingAt(link.name);
    if (waiting.length > 0) link.ambush(waiting);
    this.simulator.recorder.emit({
      k: 'link.added',
      n: '',
      link: link.name,
      a,
      b,
      description: describe(specification, link.carriage.transport),
    });
    this.nemesis?.meetLink(link);
    return link;
  }

  /** The link between two nodes; undefined when none was declared and they never talked. */
  linkBetween(a: string, b: string): DuplexLink | undefined {
    for (const name of [a, b]) {
      const links = this.#nodes.get(name)?.links;
      for (const link of elementsOf(links)) if (link.joins(a, b)) return link;
    }
    return undefined;
  }

  /** Ends every fault, and chance strikes no more: links are repaired, processes that are down start again, those that are stopped go on. */
  heal(): void {
    this.nemesis?.rest();
    this.faults.heal();
  }

  /** What still has to end: what nodes wait for, and what is written and not read. Empty when all is quiet. */
  debts(): WorldDebt[] {
    const debts: WorldDebt[] = [];
    for (const node of this.#nodes.values()) {
      for (const debt of node.debts()) debts.push({ node: node.name, ...debt });
      for (const endpoint of this.network.endpointsOf(node)) {
        const { incoming, connection } = endpoint;
        if (endpoint.isHalfOpen && node.vigilant(endpoint)) {
          debts.push({ node: node.name, entity: connection.name, awaits: 'its end, for nobody is there' });
        }
        if (node.role !== 'peer' && endpoint.isBeingLeft) {
          debts.push({ node: node.name, entity: connection.name, awaits: 'its end, which is under way' });
        }
        const unread = incoming.written - incoming.read;
        // Where a middlebox has forgotten the connection, and the sender its bytes, nobody brings them any more.
        const isLost = connection.forgotten !== undefined && !endpoint.other.known;
        if (unread > 0 && !isLost && !incoming.over && !onlyKeptAlive(connection, incoming)) {
          debts.push({
            node: node.name,
            entity: connection.name,
            awaits: `${unread} bytes that are under way`,
          });
        }
      }
    }
    return debts;
  }

  #add<N extends SimNode>(node: N): N {
    this.#nodes.set(node.name, node);
    const { name: n, role, promises } = node;
    this.simulator.recorder.emit(
      promises === undefined ? { k: 'node.added', n, role } : { k: 'node.added', n, role, promises },
    );
    node.start();
    this.nemesis?.meetNode(node);
    return node;
  }

  #surroundings(name: string): NodeSurroundings {
    if (this.#nodes.has(name)) throw new Error(`there is a node named ${name} already`);
    return this.#nodeSurroundings;
  }

  #loopback(name: string): DuplexLink {
    let link = this.#loopbacks.get(name);
    if (link === undefined) {
      link = new DuplexLink(name, name, LOOPBACK, this.#linkSurroundings);
      this.#loopbacks.set(name, link);
    }
    return link;
  }

  #target(name: string): FaultTarget | undefined {
    const [a, b, ...rest] = name.split('~');
    const isLink = b !== undefined && rest.length === 0;
    return isLink ? this.linkBetween(a!, b) : this.#nodes.get(name);
  }

  #linkBetween(from: string, to: string): DuplexLink {
    if (from === to) return this.#loopback(from);
    return this.linkBetween(from, to) ?? this.link(from, to, this.#defaultLink);
  }
}

/** What a host has to itself: nothing is lost, nothing strikes there, and nobody hears of it. */
const LOOPBACK: LinkSpecification = { latency: '10us', transport: 'ideal' };

/**
 * Keep-alives go on for ever, on a slow link one after the other: while their connection stands nobody waits for one. On
 * a dead connection they are what finds that out.
 */
function onlyKeptAlive({ dialler, listener, forgotten }: Connection, tap: Tap): boolean {
  if (!dialler.known || !listener.known || forgotten !== undefined) return false;
  return tap.onlyKeepsAlive;
}
