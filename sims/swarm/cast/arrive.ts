import type { Broker, Client, Simulation } from 'mqtt-amber';
import { insist, SESSION_TAKEN_OVER } from './insist.ts';

/**
 * Connects a client that is the only one of its name. When a broker tells it that another has taken its session, that was a CONNECT of its
 * own past, late on its way: it does not leave the field to a process that is dead.
 */
export async function arrive(sim: Simulation, client: Client, hub: Broker): Promise<void> {
  client.on('offline', (_reason, cause) => {
    if (cause?.reasonCode === SESSION_TAKEN_OVER) insist(sim, () => client.connect(hub));
  });
  await insist(sim, () => client.connect(hub));
}
