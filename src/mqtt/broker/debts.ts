import type { Debt } from '../machine.ts';
import type { Connection } from './connection.ts';

const AWAITED = { publish: { 1: 'PUBACK', 2: 'PUBREC' }, release: 'PUBCOMP' } as const;

/** What is unfinished between a broker and the clients that are connected to it. */
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
    const { outgoing, incoming } = session.halves;
    for (const { state, packetId, message } of outgoing?.exchanges() ?? []) {
      if (state === 'release') debts.push({ entity, awaits: `${AWAITED.release} of identifier ${packetId}` });
      else if (state === 'publish') {
        const awaited = message!.qos === 2 ? AWAITED.publish[2] : AWAITED.publish[1];
        debts.push({ entity, awaits: `${awaited} of identifier ${packetId}` });
      } else debts.push({ entity, awaits: `its turn for a queued message to ${message!.topic}` });
    }
    for (const packetId of incoming?.awaitingRelease() ?? []) {
      debts.push({ entity, awaits: `PUBREL of identifier ${packetId}` });
    }
  }
  return debts;
}
