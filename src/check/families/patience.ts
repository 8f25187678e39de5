/** What a server owes has no deadline in MQTT, and a trace of real traffic has an end: when it counts as not done. */
import type { Conn } from '../evidence/conn.ts';

/** What a server has not done this long after it could, it does not do. Microseconds. */
export const PATIENCE_MICROS = 10_000_000;

/**
 * Whether the broker had all its time to send on this connection what it had at event `at`, time `since`: it wrote something else
 * there long after. When that was, of a broker that is not seen itself only an answer tells.
 */
export function isOverdue(conn: Conn, at: number, since: number): boolean {
  const { i, t } = conn.broker.remote ? conn.answeredPing : conn.wrote;
  return i > at && t - Math.max(since, conn.acceptedTime) >= PATIENCE_MICROS;
}
