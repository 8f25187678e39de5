import type { MountSettings } from 'mqtt-amber/aedes';

/** What aedes amounts to: queues have no end, nothing expires, and of several filters that match one brings the message. */
const PROMISES = {
  queueLimit: 100_000,
  queueQoS0: false,
  overlap: 'once',
  keepAliveFactor: 1.5,
  maximumQoS: 2,
  sessionExpiry: null,
  retainedExpiry: null,
} as const;

/** With its store in memory, nothing outlives the process. */
export const IN_MEMORY: MountSettings = { promises: { ...PROMISES, durability: 'none' } };

/** With its store on a disk, a crash takes nothing that was acknowledged. In these stories the power stays. */
export const ON_DISK: MountSettings = { promises: { ...PROMISES, durability: 'sync' } };
