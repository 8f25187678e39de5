import { CallError, type Simulation } from 'mqtt-amber';

/**
 * Calls until the call is answered. Lost connections are the client's own affair; but a process that dies forgets what it had been asked,
 * and whoever starts it again has to ask again.
 *
 * @throws whatever a call fails with for another reason.
 */
export async function insist<T>(sim: Simulation, call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof CallError) || error.kind !== 'crashed') throw error;
    }
    await sim.sleep('500ms');
  }
}
