import type { Publish } from '../codec/packet.ts';
import type { StateValue } from '../machine.ts';
import type { Message } from './message.ts';
import { PacketIdSet } from './packet-ids.ts';
import type { SessionRecords } from './session-records.ts';

/** What a receiver half needs from the machine it belongs to. */
export interface ReceiverPort {
  /**
   * Takes ownership of the message: hands it to the application, or routes it. Returns the reason code of the
   * acknowledgement, 0 before 5.0; at 0x80 or more the message was refused and the exchange is over.
   */
  deliver(publish: Publish): number;
  /** Sends PUBACK, PUBREC or PUBCOMP; they always reveal state. */
  acknowledge(type: 'puback' | 'pubrec' | 'pubcomp', packetId: number, reasonCode: number): void;
  readonly attentive: boolean;
  observe(key: string, value: StateValue | undefined): void;
}

/**
 * The receiver half of QoS 1 and 2, the same for both ends: every PUBLISH has the answer its QoS asks for
 * [3.1.1/MQTT-3.3.4-1] [5.0/MQTT-3.3.4-1], whether or not anybody wants the message [3.1.1/MQTT-4.5.0-2] [5.0/MQTT-4.5.0-2].
 * It outlives connections, as the standard asks.
 *
 * QoS 1 is acknowledged with its identifier [5.0/MQTT-4.3.2-4] and then forgotten: after PUBACK the same identifier is a new
 * message, whatever its DUP flag says [3.1.1/MQTT-4.3.2-2] [5.0/MQTT-4.3.2-5]. QoS 2 follows method B of 3.1.1 figure 4.3,
 * the only one that 5.0 has: the message is handed on when the PUBLISH arrives, PUBREC goes out [5.0/MQTT-4.3.3-8], and its
 * identifier is remembered until PUBREL. So nobody keeps a payload for a peer that never comes back, and messages of both
 * levels are handed on in the order of their arrival.
 *
 * **Order.** Handing on, remembering and acknowledging belong to one input of the machine. The identifier goes into the
 * same batch as whatever the message changed; PUBREC waits until that batch is durable. The application is
 * handed the message at once: waiting for the disk would lose it in a crash that leaves the identifier on the disk and the message
 * nowhere. A power cut that loses the batch thus makes the peer send the message again, with DUP, to an application
 * whose own memory of it is at most as durable as ours. No order of two separate effects can do better;
 * this one errs on the side of never losing what was not acknowledged.
 */
export class Incoming<M extends Message> {
  readonly #port: ReceiverPort;
  readonly #records: SessionRecords<M> | undefined;
  readonly #unreleased = new PacketIdSet();

  /** Without `records` the session is not durable. */
  constructor(port: ReceiverPort, records: SessionRecords<M> | undefined) {
    this.#port = port;
    this.#records = records;
  }

  /** QoS 2 identifiers that wait for PUBREL, ascending. */
  awaitingRelease(): number[] {
    return this.#unreleased.toArray();
  }

  get awaitingReleaseCount(): number {
    return this.#unreleased.size;
  }

  received(publish: Publish): void {
    if (publish.qos === 0) {
      this.#port.deliver(publish);
      return;
    }
    const packetId = publish.packetId!;
    if (publish.qos === 1) {
      this.#port.acknowledge('puback', packetId, this.#port.deliver(publish));
      return;
    }
    if (this.#unreleased.has(packetId)) {
      // [5.0/MQTT-4.3.3-10]
      this.#port.acknowledge('pubrec', packetId, 0);
      return;
    }
    // Before the message goes anywhere: who is sent it must not see it again because a crash forgot the identifier [3.1.1/MQTT-4.3.3-2].
    this.#unreleased.add(packetId);
    this.#records?.putReceived(packetId);
    const reasonCode = this.#port.deliver(publish);
    if (reasonCode >= 0x80) {
      // A refused message leaves its identifier free for a new one [5.0/MQTT-4.3.3-9].
      this.#unreleased.delete(packetId);
      this.#records?.deleteReceived(packetId);
    } else if (this.#port.attentive) this.#port.observe(`received/${packetId}`, 'PUBREC');
    this.#port.acknowledge('pubrec', packetId, reasonCode);
  }

  /**
   * PUBREL is always answered: one for an identifier we do not know is the repetition of one whose PUBCOMP was lost
   * [3.1.1/MQTT-4.3.3-2] [5.0/MQTT-4.3.3-11]; 5.0 says so with 0x92. After it the identifier is a new message [5.0/MQTT-4.3.3-12].
   */
  released(packetId: number): void {
    const known = this.#unreleased.delete(packetId);
    if (known) {
      this.#records?.deleteReceived(packetId);
      if (this.#port.attentive) this.#port.observe(`received/${packetId}`, undefined);
    }
    this.#port.acknowledge('pubcomp', packetId, known ? 0 : 0x92);
  }

  /** The session has ended. */
  clear(): void {
    for (const packetId of this.#unreleased.toArray()) {
      this.#records?.deleteReceived(packetId);
      if (this.#port.attentive) this.#port.observe(`received/${packetId}`, undefined);
    }
    this.#unreleased.clear();
  }

  /** Restores what {@link RecoveredHalves} found. */
  restore(packetIds: readonly number[]): void {
    for (const packetId of packetIds) {
      this.#unreleased.add(packetId);
      if (this.#port.attentive) this.#port.observe(`received/${packetId}`, 'PUBREC');
    }
  }
}
