/** The tap on a direction that carries packets as they are: its units are the packets of MQTT. */

import { PacketCutter, packetLength } from '../mqtt/codec/packet-cutter.ts';
import type { PacketLost, PacketSent } from '../trace/event.ts';
import { Tap, type TappedConnection } from './tap.ts';

const CONNECT = 1;
const PINGREQ = 12;
const PINGRESP = 13;

export class PacketTap extends Tap {
  /** Undefined as long as everything that was written was one whole packet. */
  #cutter: PacketCutter | undefined;

  write(bytes: Uint8Array): void {
    if (this.#cutter === undefined) {
      if (packetLength(bytes, 0) === bytes.length) {
        this.piece(bytes, bytes);
        return;
      }
      this.#cutter = new PacketCutter(this);
    }
    this.#cutter.write(bytes);
  }

  cutShort(): void {
    if (this.#cutter === undefined || this.over) return;
    const bytes = this.#cutter.cutShort();
    if (bytes === undefined) return;
    this.recorder.sent(this, bytes, 'the packet is cut short');
  }

  packetsEnding(from: number, to: number): { bytes: Uint8Array; end: number }[] {
    return this.unitsEnding(from, to);
  }

  get onlyKeepsAlive(): boolean {
    let bytes = 0;
    for (const packet of this.unitsEnding(this.read, this.written)) {
      if (!isKeepAlive(packet.bytes)) return false;
      bytes += packet.bytes.length;
    }
    return bytes === this.written - this.read;
  }

  protected sent(packet: Uint8Array, malformed: string | undefined): number {
    const { recorder } = this;
    learnVersion(this.connection, packet);
    if (malformed === undefined) this.connection.exchanges?.wrote(this.writer, packet);
    const ordinal = recorder.sent(this, packet, malformed);
    if (ordinal > 0) recorder.cause = ordinal;
    return ordinal;
  }

  protected received(packet: Uint8Array, sent: number): void {
    const { recorder } = this;
    if (sent > 0) recorder.cause = sent;
    const ordinal = recorder.received(this, sent, packet);
    if (ordinal > 0) recorder.cause = ordinal;
  }

  protected lost(sent: number, at: PacketLost['at'], reason: string): void {
    this.recorder.lost(this, sent, at, reason);
  }
}

/** A connection speaks what its first CONNECT asks for. */
export function learnVersion(connection: TappedConnection, packet: Uint8Array): void {
  if (packet[0]! >> 4 === CONNECT && connection.version === 0) connection.version = protocolLevel(packet);
}

/** True for PINGREQ and PINGRESP. */
export function isKeepAlive(packet: Uint8Array): boolean {
  const type = packet[0]! >> 4;
  return type === PINGREQ || type === PINGRESP;
}

/** The Protocol Level of a CONNECT, 0 when it has none that we know. */
function protocolLevel(packet: Uint8Array): PacketSent['v'] {
  let at = 1;
  while (packet[at]! >= 0x80) at++;
  const nameLength = (packet[at + 1] ?? 0) * 256 + (packet[at + 2] ?? 0);
  const level = packet[at + 3 + nameLength];
  return level === 3 || level === 4 || level === 5 ? level : 0;
}
