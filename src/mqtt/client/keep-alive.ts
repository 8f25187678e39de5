import type { Micros, Sink } from '../machine.ts';
import type { Connection } from './connection.ts';

const MICROS_PER_SECOND = 1_000_000;

/*
 * Keep Alive as the client has to keep it: a PINGREQ when nothing else was sent for the interval
 * [3.1.1/MQTT-3.1.2-23] [5.0/MQTT-3.1.2-20], and an end to the connection when no PINGRESP comes within a time.
 *
 * One wake serves both, `keep-alive`. A packet that is sent only notes the time: the wake re-arms itself when it fires too early. What is
 * known lies in the connection, of which a million are idle.
 */

/** The connection is accepted; `seconds` is ours or what the server asks for instead [5.0/MQTT-3.1.2-21] [5.0/MQTT-3.2.2-21]. */
export function startKeepAlive(connection: Connection, seconds: number, sink: Pick<Sink, 'wake'>): void {
  connection.keepAliveMicros = seconds * MICROS_PER_SECOND;
  if (seconds > 0) sink.wake('keep-alive', connection.lastSentAt + connection.keepAliveMicros);
}

export function stopKeepAlive(connection: Connection, sink: Pick<Sink, 'wake'>): void {
  if (connection.keepAliveMicros > 0) sink.wake('keep-alive', Infinity);
  connection.keepAliveMicros = 0;
}

/**
 * What has to be done now: send PINGREQ, give the connection up, or nothing.
 *
 * @param timeoutMicros how long PINGRESP may take.
 */
export function keepAliveWoken(
  connection: Connection,
  now: Micros,
  timeoutMicros: Micros,
  sink: Pick<Sink, 'wake'>,
): 'ping' | 'timed-out' | 'nothing' {
  const { keepAliveMicros } = connection;
  if (keepAliveMicros === 0) return 'nothing';
  if (connection.pingedAt !== undefined && now >= connection.pingedAt + timeoutMicros) return 'timed-out';
  let due: 'ping' | 'nothing' = 'nothing';
  if (now >= connection.lastSentAt + keepAliveMicros) {
    due = 'ping';
    connection.lastSentAt = now;
    connection.pingedAt ??= now;
  }
  const timeout = connection.pingedAt === undefined ? Infinity : connection.pingedAt + timeoutMicros;
  sink.wake('keep-alive', Math.min(connection.lastSentAt + keepAliveMicros, timeout));
  return due;
}
