/** The first hop: what applications publish, from the call to the broker and its answer. */
import type { Packet, Publish } from '../../mqtt/codec/packet.ts';
import { packetName } from '../../mqtt/codec/packet-type.ts';
import type { AppCall, AppSettled, PacketReceived, PacketSent } from '../../trace/event.ts';
import { type MessageKey, messageKey } from '../evidence/message-key.ts';
import { type Broker, identityOf, type LeftWill } from './broker.ts';
import type { Connection } from './connection.ts';
import { type Place, Publication } from './publication.ts';

/** The application of one client. */
class Application {
  /** Calls that nothing was sent for, by topic and payload, oldest first. */
  readonly unsent = new Map<MessageKey, Publication[]>();
  /** By the number of the call, until it ends. */
  readonly open = new Map<number, Publication>();
}

export class Publishing {
  readonly #applications = new Map<string, Application>();
  readonly #add: (publication: Publication) => void;

  /** @param add is told every publication. */
  constructor(add: (publication: Publication) => void) {
    this.#add = add;
  }

  called(event: AppCall & { op: 'publish' }): Publication {
    const { topic } = event.message;
    const { message } = event;
    const { i, t } = event;
    const identity = identityOf(topic, { ...message, properties: message });
    const publication = new Publication(identity, 'message', event.n, { i, t });
    publication.call = event.call;
    let application = this.#applications.get(event.n);
    if (application === undefined) {
      application = new Application();
      this.#applications.set(event.n, application);
    }
    application.open.set(event.call, publication);
    const waiting = application.unsent.get(identity.bare);
    if (waiting === undefined) application.unsent.set(identity.bare, [publication]);
    else waiting.push(publication);
    this.#add(publication);
    return publication;
  }

  settled({ i, t, n, call, outcome, text }: AppSettled): Publication | undefined {
    const application = this.#applications.get(n);
    const publication = application?.open.get(call);
    if (publication === undefined) return undefined;
    application!.open.delete(call);
    publication.settled = { i, t, ok: outcome === 'ok', text };
    // What failed unsent is not sent any more; it stays while anybody may yet have it sent.
    if (publication.passages.length === 0) take(application!, publication);
    return publication;
  }

  /** The publication behind a PUBLISH that a client wrote, and whether it went over this hop before. */
  sent(
    connection: Connection,
    event: PacketSent,
    packet: Publish,
  ): { publication: Publication; again: boolean } {
    const { subscriber } = connection;
    const id = packet.packetId ?? 0;
    const topic = connection.topicOf(packet, true);
    const bare = messageKey(topic, packet.payload, undefined);
    const under = packet.qos === 0 ? undefined : subscriber?.up.get(id);
    const application = this.#applications.get(event.n);
    if (under?.bare === bare && (packet.dup || application?.unsent.get(bare) === undefined)) {
      return { publication: under, again: true };
    }
    const identity = identityOf(topic, packet);
    const called = application?.unsent.get(bare)?.find(({ qos }) => qos === packet.qos);
    if (called !== undefined) take(application!, called);
    // A client that began a new session sends what it still has under another identifier.
    const before =
      called === undefined && packet.qos > 0
        ? [...(subscriber?.up.values() ?? [])].find((each) => each.key === identity.key && !each.accepted)
        : undefined;
    const publication = called ?? before ?? this.#unannounced(connection, identity, event);
    publication.clientId = subscriber?.clientId;
    if (packet.qos > 0) subscriber?.up.set(id, publication);
    return { publication, again: before !== undefined };
  }

  /** The broker answered, and the publisher read it. */
  answered(connection: Connection, packet: Packet & { packetId: number }, event: PacketReceived): void {
    const up = connection.subscriber?.up;
    const publication = up?.get(packet.packetId);
    if (publication === undefined || packet.type === 'pubrel') return;
    const code = 'reasonCode' in packet ? (packet.reasonCode ?? 0) : 0;
    if (code >= 0x80) publication.refused = `${packetName(packet.type)} #${packet.packetId} code ${code}`;
    else publication.accepted ??= { i: event.i, t: event.t };
    if (packet.type !== 'pubrec' || code >= 0x80) up!.delete(packet.packetId);
  }

  /** A connection is over without a DISCONNECT, or taken over: the will it left is due. */
  due(broker: Broker, clientId: string, conn: string, place: Place, why: string): void {
    const left = broker.wills.get(clientId);
    if (left?.conn !== conn || left.publication !== undefined || left.withdrawn !== undefined) return;
    broker.wills.delete(clientId);
    const publication = this.publishWill(broker, clientId, left, place, why);
    if ((left.will.properties?.willDelayInterval ?? 0) > 0) broker.delayed.set(clientId, publication);
  }

  publishWill(broker: Broker, clientId: string, left: LeftWill, place: Place, why: string): Publication {
    const { will, connected } = left;
    const publication = new Publication(identityOf(will.topic, will), 'will', clientId, connected);
    left.publication = publication;
    const delay = will.properties?.willDelayInterval ?? 0;
    const due = delay === 0 || left.withdrawn !== undefined ? '' : `, and the will is due ${delay} s later`;
    publication.steps.push({
      ...connected,
      how: 'seen',
      text: `${clientId} connects, and leaves it as its will`,
    });
    if (left.withdrawn !== undefined) {
      publication.steps.push({
        ...left.withdrawn,
        how: 'seen',
        text: `${clientId} takes leave: DISCONNECT discards the will`,
      });
    }
    publication.steps.push({ ...place, how: 'seen', text: `${why}${due}` });
    this.#add(publication);
    publication.clientId = clientId;
    broker.arrive(publication, place, false);
    return publication;
  }

  #unannounced(
    connection: Connection,
    identity: ReturnType<typeof identityOf>,
    { i, t }: Place,
  ): Publication {
    const publication = new Publication(identity, 'message', connection.client, { i, t });
    this.#add(publication);
    return publication;
  }
}

function take({ unsent }: Application, publication: Publication): void {
  const waiting = unsent.get(publication.bare);
  const at = waiting?.indexOf(publication) ?? -1;
  if (at === -1) return;
  waiting!.splice(at, 1);
  if (waiting!.length === 0) unsent.delete(publication.bare);
}
