import { CallError, type Simulation } from 'mqtt-amber';

/** Of DISCONNECT: another connection has taken the session. */
export const SESSION_TAKEN_OVER = 0x8e;

/**
 * Calls until the call is answered. Lost connections are the client's own affair; but a process that dies forgets what it had been asked,
 * a client that is told of another one of its name gives up, and whoever brings either back has to ask again.
 *
 * @throws whatever a call fails with for another reason.
 */
export async function insist<T>(sim: Simulation, call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (error.kind !== 'crashed' && error.reasonCode !== SESSION_TAKEN_OVER) throw error;
    }
    await sim.sleep('500ms');
  }
}
