/** Other machines in the place of ours: how a run is given brokers or clients with a known bug. */
import type { BrokerMachine } from '../mqtt/broker/broker.ts';
import type { BrokerOptions } from '../mqtt/broker/options.ts';
import type { ClientOptions, ClientSink } from '../mqtt/client/application.ts';
import type { ClientMachine } from '../mqtt/client/client.ts';
import type { MachineSurroundings } from '../mqtt/machine.ts';

export interface Substitution {
  /** What it is called: a replay names it. */
  readonly name: string;
  /** Builds the machine of one life of a broker. */
  broker?(options: BrokerOptions, surroundings: MachineSurroundings<ClientSink>): BrokerMachine;
  /** Builds the machine of one life of a client. */
  client?(options: ClientOptions, surroundings: MachineSurroundings<ClientSink>): ClientMachine;
}
