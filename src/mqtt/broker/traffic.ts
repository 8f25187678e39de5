import type { QoS } from '../codec/packet.ts';

/** Control packet types are four bits on the wire. */
const TYPES = 16;
const PUBLISH = 3;

/** What went in and out since the broker started, for $SYS. Plain counters: every packet touches them. */
export class Traffic {
  /** By the type number of the fixed header. */
  readonly packetsReceived: number[] = new Array<number>(TYPES).fill(0);
  readonly packetsSent: number[] = new Array<number>(TYPES).fill(0);
  /** By the QoS of the PUBLISH. */
  readonly messagesReceived: [number, number, number] = [0, 0, 0];
  readonly messagesSent: [number, number, number] = [0, 0, 0];
  allPacketsReceived = 0;
  allPacketsSent = 0;
  bytesReceived = 0;
  bytesSent = 0;
  /** Messages that a limit kept from a subscriber. */
  messagesDropped = 0;
  sessionsExpired = 0;
  connectedMaximum = 0;

  /** A packet that was understood, by the first byte of its fixed header. */
  packetReceived(firstByte: number): void {
    this.packetsReceived[firstByte >> 4]!++;
    this.allPacketsReceived++;
    if (firstByte >> 4 === PUBLISH) this.messagesReceived[((firstByte >> 1) & 3) as QoS]++;
  }

  packetSent(bytes: Uint8Array): void {
    const first = bytes[0]!;
    this.packetsSent[first >> 4]!++;
    this.allPacketsSent++;
    this.bytesSent += bytes.length;
    if (first >> 4 === PUBLISH) this.messagesSent[((first >> 1) & 3) as QoS]++;
  }
}
