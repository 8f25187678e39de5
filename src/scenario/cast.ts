/**
 * Who plays the brokers and clients of a story: our machines, or something else that can be told the same and asked the same.
 *
 * A story does not know. What it says of a broker or a client is checked and put in our terms first; a player puts it in its own, and says so in one
 * line when it cannot: then its run says nothing of it.
 */
import type { BrokerOptions } from '../mqtt/broker/options.ts';
import type { ClientOptions } from '../mqtt/client/application.ts';
import type { ClientMachine } from '../mqtt/client/client.ts';
import type { Micros } from '../mqtt/machine.ts';
import type { Application, Server } from '../sim/machine-node.ts';
import type { NodeSurroundings } from '../sim/node.ts';
import type { StoringNode } from '../sim/storing-node.ts';
import type { Failed, Hosting } from './hosting.ts';

/** What the application of a client can call, whoever wrote that: each call gives its number, counted from 1 in each life. */
export type ClientCommands = Pick<
  ClientMachine,
  | 'connect'
  | 'disconnect'
  | 'authenticate'
  | 'publish'
  | 'subscribe'
  | 'unsubscribe'
  | 'status'
  | 'inflightCount'
  | 'queuedCount'
>;

/** A node with an MQTT client on it. */
export interface ClientStation extends StoringNode {
  /** Where its connections go; set before it is told to connect. */
  server: Server | undefined;
  /** Undefined while the node is down. */
  readonly machine: ClientCommands | undefined;
  /** When the client last wrote a packet, in virtual time; undefined before the first. */
  readonly lastSentAt: Micros | undefined;
  /** Called when the process dies, with every call that it had not settled. */
  onDied: (() => void) | undefined;
  /** Lets the application call: at once, or when a stopped process goes on; false when the node is down. */
  command(call: (client: ClientCommands, now: Micros) => void): boolean;
}

/** A node with an MQTT broker on it, which listens from its beginning on. */
export interface BrokerStation extends StoringNode {
  /** Takes leave of its clients before its process ends. */
  shutdown(): void;
  /** Sends a client to another server; false when it is not connected. */
  redirect(clientId: string, to: { readonly server: string; readonly moved: boolean }): boolean;
}

/** What a player is given for one node of a story. */
export interface Part<O> {
  readonly name: string;
  readonly options: O;
  readonly surroundings: NodeSurroundings;
  /** @internal Carries foreign code; undefined where none can run. */
  readonly hosting: Hosting | undefined;
  /** Foreign code of the node threw what nobody caught: that ends the run, as a finding about it. */
  readonly failed: Failed;
  /** The story asks for what the player does not have: `text`, a sentence that says which of the two, ends the run. */
  beyond(text: string): never;
  /** The same, where it shows in the middle of an event: the run ends with it. */
  lacks(text: string): void;
}

export interface ClientPart extends Part<ClientOptions> {
  /** Is told what becomes of calls, and what arrives. */
  readonly application: Application;
}

export interface ClientPlayer {
  readonly name: string;
  client(part: ClientPart): ClientStation;
}

/** A client as whoever plays its broker meets it. */
export interface Visitor {
  readonly name: string;
  readonly options: ClientOptions;
  /** Since it was online last, virtual time. */
  readonly awayMicros: Micros;
}

export interface BrokerPlayer {
  readonly name: string;
  broker(part: Part<BrokerOptions>): BrokerStation;
  /** A client is told to connect to it: the last occasion to say that the player does not have what this one asks for. */
  meets?(client: Visitor, beyond: Part<unknown>['beyond']): void;
}

/** Undefined stands for our machines. */
export interface Cast {
  readonly brokers?: BrokerPlayer | undefined;
  readonly clients?: ClientPlayer | undefined;
}
