/** Sessions and subscriptions, as CONNECT, CONNACK, SUBSCRIBE and the ends of connections show them. */
import type { Connack, Connect, Packet, Suback } from '../../mqtt/codec/packet.ts';
import type { ConnectionEnded, PacketReceived, PacketSent } from '../../trace/event.ts';
import type { Broker } from './broker.ts';
import type { Circumstances } from './circumstances.ts';
import type { Connection } from './connection.ts';
import type { Step } from './publication.ts';
import type { Publishing } from './publishing.ts';

export class Sessions {
  readonly #circumstances: Circumstances;
  readonly #publishing: Publishing;

  constructor(circumstances: Circumstances, publishing: Publishing) {
    this.#circumstances = circumstances;
    this.#publishing = publishing;
  }

  /** A client wrote CONNECT: from now on what it publishes is its own. */
  asked(broker: Broker, connection: Connection, connect: Connect): void {
    if (connection.connect !== undefined) return;
    connection.connect = connect;
    connection.version = connect.protocolVersion;
    const clientId = connect.clientId === '' ? connection.name : connect.clientId;
    connection.subscriber = broker.subscriber(clientId, connection.client);
  }

  /** The broker wrote CONNACK: a session begins, or goes on. */
  answered(broker: Broker, connection: Connection, connack: Connack, { i, t }: PacketSent): void {
    const { connect, version } = connection;
    if (connack.reasonCode !== 0 || connect === undefined) return;
    const assigned = connack.properties?.assignedClientIdentifier;
    if (assigned !== undefined) connection.subscriber = broker.subscriber(assigned, connection.client);
    const subscriber = connection.subscriber!;
    const { clientId } = subscriber;
    const goesOn = version === 3 ? !connect.cleanStart : connack.sessionPresent;
    const step: Step = {
      i,
      t,
      how: 'seen',
      text: goesOn
        ? `${clientId} is back on ${connection.name}, and its session goes on`
        : `${clientId} is on ${connection.name} with a new session${connect.cleanStart ? '' : ', though it asked for the one before'}`,
    };
    if (goesOn) {
      subscriber.history.push(step);
      this.#cancelWill(broker, clientId, step);
    } else broker.endSession(subscriber, step, connection.connectAt);
    connection.welcome = true;
    subscriber.node = connection.client;
    subscriber.conn = connection.name;
    const expiry =
      connack.properties?.sessionExpiryInterval ?? connect.properties?.sessionExpiryInterval ?? 0;
    subscriber.ephemeral = version === 5 ? expiry === 0 : connect.cleanStart;
  }

  granted(broker: Broker, connection: Connection, suback: Suback): void {
    const { subscriber } = connection;
    const filters = connection.asked.get(suback.packetId);
    if (subscriber === undefined || filters === undefined) return;
    connection.asked.delete(suback.packetId);
    for (const [at, filter] of filters.entries()) {
      const code = suback.reasonCodes[at] ?? 0x80;
      const subscribed = subscriber.subscriptions.get(filter);
      if (subscribed === undefined) continue;
      if (code >= 0x80) broker.unsubscribe(subscriber, filter);
      else subscribed.qos = code as 0 | 1 | 2;
    }
  }

  /** The broker read a packet that is about a session. */
  read(broker: Broker, connection: Connection, packet: Packet, { i, t }: PacketReceived): void {
    const { subscriber } = connection;
    if (subscriber === undefined) return;
    switch (packet.type) {
      case 'connect': {
        connection.connectAt = i;
        const before = broker.wills.get(subscriber.clientId);
        if (before !== undefined && subscriber.conn !== undefined && subscriber.conn !== connection.name) {
          const why = `${connection.name} takes over from ${before.conn}`;
          this.#publishing.due(broker, subscriber.clientId, before.conn, { i, t }, why);
        }
        if (packet.will === undefined) {
          // A will that was discarded may come all the same.
          if (before?.withdrawn === undefined) broker.wills.delete(subscriber.clientId);
          return;
        }
        const { will } = packet;
        broker.wills.set(subscriber.clientId, {
          will,
          conn: connection.name,
          connected: { i, t },
          publication: undefined,
          withdrawn: undefined,
          before: before?.withdrawn === undefined ? undefined : { ...before, before: undefined },
        });
        return;
      }
      case 'subscribe':
        connection.asked.set(
          packet.packetId,
          packet.subscriptions.map(({ filter }) => filter),
        );
        for (const { filter, qos, noLocal = false, retainAsPublished = false } of packet.subscriptions) {
          const before = subscriber.subscriptions.get(filter);
          if (before === undefined) {
            const since = { i, t };
            broker.subscribe({ subscriber, filter, qos, noLocal, retainAsPublished, since, asked: since });
          } else {
            before.asked = { i, t };
            before.noLocal = noLocal;
            before.retainAsPublished = retainAsPublished;
          }
        }
        return;
      case 'unsubscribe':
        for (const filter of packet.filters) {
          if (!subscriber.subscriptions.has(filter)) continue;
          broker.unsubscribe(subscriber, filter);
          subscriber.history.push({
            i,
            t,
            how: 'seen',
            text: `${subscriber.clientId} unsubscribes from ${filter}`,
          });
        }
        return;
      case 'disconnect': {
        const { reasonCode = 0, properties } = packet;
        if (properties?.sessionExpiryInterval !== undefined) {
          subscriber.ephemeral = properties.sessionExpiryInterval === 0;
        }
        const left = broker.wills.get(subscriber.clientId);
        if (reasonCode !== 0) connection.wantsWill = true;
        else if (left !== undefined) left.withdrawn ??= { i, t };
        return;
      }
    }
  }

  /** A connection is over at the broker. */
  ended(broker: Broker, connection: Connection, event: ConnectionEnded): void {
    const { i, t, end } = event;
    const { subscriber, client, name } = connection;
    if (subscriber === undefined) return;
    const stands = subscriber.conn === name;
    if (connection.welcome && stands) {
      const blame = this.#circumstances.blame(event, name, client, broker.name);
      const ended = `${name} ends at ${broker.name}: ${end}${blame}`;
      const clientId = subscriber.clientId;
      const gone = subscriber.ephemeral ? `, and the session of ${clientId} with it` : '';
      const step: Step = { i, t, how: 'seen', text: `${ended}${gone}` };
      if (subscriber.ephemeral) broker.endSession(subscriber, step, i);
      else subscriber.history.push(step);
      subscriber.conn = undefined;
    }
    if (!connection.welcome) return;
    const leave = connection.wantsWill ? 'with a DISCONNECT that asks for the will' : 'without DISCONNECT';
    const why = `${name} ends at ${broker.name} ${leave}: ${end}`;
    this.#publishing.due(broker, subscriber.clientId, name, { i, t }, why);
  }

  /** Who comes back to its session in time has its delayed will not published [5.0/MQTT-3.1.3-9]. */
  #cancelWill(broker: Broker, clientId: string, { i, t }: Step): void {
    const will = broker.delayed.get(clientId);
    if (will === undefined) return;
    broker.delayed.delete(clientId);
    if (will.lives.some(({ sendings }) => sendings.length > 0)) return;
    will.cancelled = {
      i,
      t,
      how: 'seen',
      text: `${clientId} is back with its session before its will was published`,
    };
    will.steps.push(will.cancelled);
  }
}
