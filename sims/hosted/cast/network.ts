import type { NodeHandle, Simulation } from 'mqtt-amber';

/** What goes wrong while a story of this folder goes on. */
export const TROUBLES = ['none', 'loss', 'cuts', 'crashes'] as const;

/** The links of clients to their hub, and what befalls them, or the hub, until the world comes to rest. */
export function network(
  sim: Simulation,
  trouble: (typeof TROUBLES)[number],
  hub: NodeHandle,
  clients: readonly NodeHandle[],
): void {
  for (const client of clients) {
    const link = sim.link(client, hub, { latency: ['5ms', '20ms'], loss: trouble === 'loss' ? 0.05 : 0 });
    if (trouble === 'cuts') sim.every('1300ms', () => link.reset());
  }
  if (trouble === 'crashes') sim.every('1900ms', () => hub.crash({ for: '500ms' }));
}
