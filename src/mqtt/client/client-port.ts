import type { Packet, ProtocolVersion } from '../codec/packet.ts';
import type { Transmission } from '../session/outbox.ts';
import type { CallId, ClientSink } from './application.ts';
import type { Calls } from './calls.ts';
import type { SessionPort } from './client-session.ts';
import type { Connection } from './connection.ts';
import { acknowledgementPacket, deliveryOf, hex, publishPacket } from './packets.ts';

/** Bytes unsent on the connection above which publishes wait in the queue. */
const BACKLOG_LIMIT = 1_048_576;

/** What a client does for its session: packets go to the connection of the moment, news to the application. */
export function clientPort(
  sink: ClientSink,
  calls: Calls,
  version: ProtocolVersion,
  connectionNow: () => Connection | undefined,
): SessionPort {
  const send = (packet: Packet) => connectionNow()?.send(packet);

  /** A QoS 0 message is done when it is written, and lost when it cannot be. */
  const written = (call: CallId): Transmission => ({
    transmitted: () => calls.settle(call, { op: 'publish', ok: true }),
    dropped: () => {
      const message = 'the connection was lost before the message was written';
      calls.fail(call, 'publish', { kind: 'connection-lost', message });
    },
  });

  return {
    get attentive() {
      return sink.attentive;
    },
    observe: (key, value) => sink.state('', key, value),
    settle: (call, outcome) => calls.settle(call, outcome),
    send,
    writable: () => {
      const connection = connectionNow();
      if (connection === undefined) return false;
      return sink.backlog(connection.id) + connection.outbox.backlog <= BACKLOG_LIMIT;
    },
    admits: ({ message }) => {
      const error = connectionNow()!.limits!.objection(message!);
      if (error !== undefined) calls.fail(message!.call, 'publish', error);
      return error === undefined;
    },
    publish: (message, exchange, dup, reveals) => {
      const packet = publishPacket(message, exchange.packetId, dup);
      const transmission = message.qos > 0 ? exchange : written(message.call);
      connectionNow()!.send(packet, transmission, reveals);
    },
    release: (packetId, reasonCode) => send(acknowledgementPacket('pubrel', packetId, reasonCode, version)),
    acknowledge: (type, packetId, reasonCode) =>
      send(acknowledgementPacket(type, packetId, reasonCode, version)),
    finished: ({ message }, reasonCode) => {
      if (message === undefined) return;
      if (reasonCode < 0x80) calls.settle(message.call, { op: 'publish', ok: true });
      else {
        const text = `the server refuses the message with ${hex(reasonCode)}`;
        calls.fail(message.call, 'publish', { kind: 'refused', message: text, reasonCode });
      }
    },
    stray: (type, packetId) => {
      if (!sink.attentive) return;
      sink.note({ step: 'dropped', text: `${type} of identifier ${packetId}, which is not in flight` });
    },
    deliver: (publish) => {
      sink.deliver(deliveryOf(publish));
      return 0;
    },
    lost: (filter, reasonCode) => {
      if (!sink.attentive) return;
      sink.note({
        step: 'refused',
        text: `'${filter}' is not granted again: ${hex(reasonCode)}`,
        topic: filter,
      });
    },
  };
}
