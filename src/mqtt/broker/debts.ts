import type { Debt } from '../machine.ts';
import type { Connection } from './connection.ts';

const AWAITED = { publish: { 1: 'PUBACK', 2: 'PUBREC' }, release: 'PUBCOMP' } as const;

/**
 * What is unfinished between a broker and the clients that are connected to it.
 *
 * An exchange of QoS 2 is owed by its sender alone. A receiver that waits for PUBREL may wait for ever and be right: a peer
 * that was told to lose unsynced data has forgotten the exchange, and will never come back to it.
 */
export function brokerDebts(connections: Iterable<Connection>): Debt[] {
  const debts: Debt[] = [];
  for (const connection of connections) {
    const { session } = connection;
    if (session === undefined) {
      debts.push({ entity: `connection/${connection.id}`, awaits: 'CONNECT' });
      continue;
    }
    const entity = `session/${session.clientId}`;
    if (connection.heldBytes > 0) debts.push({ entity, awaits: 'the disk, to be sent what waits for it' });
    const { outgoing } = session.halves;
    for (const { state, packetId, message } of outgoing?.exchanges() ?? []) {
      if (state === 'release') debts.push({ entity, awaits: `${AWAITED.release} of identifier ${packetId}` });
      else if (state === 'publish') {
        const awaited = message!.qos === 2 ? AWAITED.publish[2] : AWAITED.publish[1];
        debts.push({ entity, awaits: `${awaited} of identifier ${packetId}` });
      } else debts.push({ entity, awaits: `its turn for a queued message to ${message!.topic}` });
    }
  }
  return debts;
}
