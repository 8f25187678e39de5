/** A broker as a script holds it. */
import { BrokerMachine } from '../mqtt/broker/broker.ts';
import type { BrokerOptions } from '../mqtt/broker/options.ts';
import type { FaultSpan } from '../sim/duplex-link.ts';
import { type MachineNode, MQTT_PORT } from '../sim/machine-node.ts';
import type { Duration } from '../sim/time.ts';
import type { BrokerPromises } from '../trace/event.ts';
import { NodeHandle } from './node-handle.ts';
import type { Stage } from './stage.ts';

/** Made by `sim.broker(name)`; it listens from then on. */
export class Broker extends NodeHandle {
  /** @internal */
  protected readonly node: MachineNode<BrokerMachine>;

  /** @internal */
  constructor(stage: Stage, name: string, options: BrokerOptions) {
    super(stage);
    const told = { ...options, sessionExpiryOf: (clientId: string) => stage.sessionExpiries.get(clientId) };
    this.node = stage.world.machine(name, 'broker', {
      create: (surroundings) => new BrokerMachine(told, surroundings),
      listens: [MQTT_PORT],
      disk: { policy: options.durability },
      promises: promisesOf(options),
    });
  }

  /** Every sync of its disk takes so much longer. */
  slowDisk(options: FaultSpan & { by: Duration }): void {
    this.stage.act(undefined, () => this.node.slowDisk(options));
  }

  /** Nothing more fits on its disk. */
  fillDisk(options: FaultSpan = {}): void {
    this.stage.act(undefined, () => this.node.fillDisk(options));
  }
}

function promisesOf(options: BrokerOptions): BrokerPromises {
  const {
    durability,
    queueQoS0,
    overlap,
    keepAliveFactor,
    maximumQoS,
    sessionExpiry,
    retainedExpiry,
    limits,
  } = options;
  return {
    durability,
    queueLimit: limits.queue,
    queueQoS0,
    overlap,
    keepAliveFactor,
    maximumQoS,
    sessionExpiry,
    retainedExpiry,
  };
}
