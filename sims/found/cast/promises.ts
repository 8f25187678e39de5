import type { MountSettings } from 'mqtt-amber/aedes';

/**
 * What aedes amounts to: queues have no end, nothing expires, and of several filters that match one brings the message. That is so of
 * who is connected, and of queues on a disk; a queue in memory has a copy for each filter, and no story here has such a one.
 */
const PROMISES = {
  queueLimit: Number.MAX_SAFE_INTEGER,
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
