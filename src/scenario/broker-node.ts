/** The node of a broker: a machine node that can take leave of its clients. */
import { BrokerMachine } from '../mqtt/broker/broker.ts';
import type { BrokerOptions } from '../mqtt/broker/options.ts';
import { promisesOf } from '../mqtt/broker/promises.ts';
import { MachineNode, MQTT_PORT } from '../sim/machine-node.ts';
import type { NodeSurroundings } from '../sim/node.ts';
import type { Substitution } from '../sim/substitution.ts';
import type { BrokerStation } from './cast.ts';

export class BrokerNode extends MachineNode<BrokerMachine> implements BrokerStation {
  constructor(
    name: string,
    surroundings: NodeSurroundings,
    options: BrokerOptions,
    substitution: Substitution | undefined,
  ) {
    super(name, 'broker', surroundings, {
      create: (given) => substitution?.broker?.(options, given) ?? new BrokerMachine(options, given),
      listens: [MQTT_PORT],
      disk: { policy: options.durability },
      promises: promisesOf(options),
    });
  }

  shutdown(): void {
    this.command((machine, now) => machine.shutdown(now));
  }

  redirect(clientId: string, to: { readonly server: string; readonly moved: boolean }): boolean {
    let found = true;
    const alive = this.command((machine, now) => {
      found = machine.redirect(now, clientId, to);
    });
    return found && alive;
  }
}
