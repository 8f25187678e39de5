/** The node of a client: a machine node that tells its application when the process dies, and remembers when it last sent. */
import type { ClientMachine } from '../mqtt/client/client.ts';
import type { ConnectionId, Micros } from '../mqtt/machine.ts';
import { MachineNode, type MachineNodeOptions } from '../sim/machine-node.ts';
import type { NodeSurroundings } from '../sim/node.ts';
import type { ClientStation } from './cast.ts';

export class ClientNode extends MachineNode<ClientMachine> implements ClientStation {
  /** When the client last wrote a packet, in virtual time; undefined before the first. */
  lastSentAt: Micros | undefined;
  /** Called when the process dies, with every call that it had not settled. */
  onDied: (() => void) | undefined;

  constructor(name: string, surroundings: NodeSurroundings, options: MachineNodeOptions<ClientMachine>) {
    super(name, 'client', surroundings, options);
  }

  override send(connection: ConnectionId, bytes: Uint8Array): void {
    this.lastSentAt = this.simulator.now;
    super.send(connection, bytes);
  }

  protected override onDeath(): void {
    super.onDeath();
    this.onDied?.();
  }

  protected override onPowerLost(torn: boolean): void {
    super.onPowerLost(torn);
    this.onDied?.();
  }
}
