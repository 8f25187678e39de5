import type { ResourceLimits } from 'node:worker_threads';

/**
 * What a thread that runs stories may fill before its young objects are looked through. A run makes much that is soon over, and a world that
 * stays: with twice as much room as V8 gives by itself that world is looked through half as often. So much may be in use of each
 * thread, a third of it at once.
 */
export const THREAD_LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 96 };
