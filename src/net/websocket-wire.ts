/** One direction of a WebSocket as a proxy sees it: frames, and the packets that end in each of them. */
import { PacketCutter } from '../mqtt/codec/packet-cutter.ts';
import { BINARY, CONTINUATION, isControl, payloadOf, readHeader } from '../websocket/frame.ts';
import { WebSocketFramer } from '../websocket/framer.ts';
import { type UnitName, unitName } from '../websocket/unit-name.ts';

/** Whole, or what nothing can be framed in, with the reason. */
export interface WirePacket {
  readonly bytes: Uint8Array;
  readonly malformed: string | undefined;
}

/** The request, the response, or a frame. */
export interface WireUnit extends WirePacket {
  readonly what: UnitName;
  /** Those whose last byte it has. */
  readonly packets: readonly WirePacket[];
}

export class WebSocketWire {
  readonly #framer: WebSocketFramer;
  readonly #cutter = new PacketCutter({
    piece: (_bytes, packet, malformed) => {
      if (packet !== undefined) this.#packets.push({ bytes: packet, malformed });
    },
  });
  /** That end in the frame which is looked into. */
  #packets: WirePacket[] = [];
  /** Opcode of the message that the frames belong to. */
  #opcode = CONTINUATION;

  constructor(each: (unit: WireUnit) => void) {
    this.#framer = new WebSocketFramer({
      piece: (_bytes, unit, malformed) => {
        if (unit === undefined) return;
        const handshaking = this.#framer.handshaking;
        const packets = handshaking || malformed !== undefined ? [] : this.#packetsIn(unit);
        each({ what: unitName(unit, handshaking, malformed), bytes: unit, malformed, packets });
      },
    });
  }

  write(bytes: Uint8Array): void {
    this.#framer.write(bytes);
  }

  /** What an extension has made of the payload, compression mostly, only the two ends can read. */
  #packetsIn(frame: Uint8Array): WirePacket[] {
    const header = readHeader(frame)!;
    if (isControl(header.opcode)) return [];
    if (header.opcode !== CONTINUATION) this.#opcode = header.reserved === 0 ? header.opcode : CONTINUATION;
    // Packets are in binary messages alone [3.1.1/MQTT-6.0.0-1] [5.0/MQTT-6.0.0-1].
    if (this.#opcode !== BINARY || header.length === 0) return [];
    this.#packets = [];
    this.#cutter.write(payloadOf(frame, header));
    return this.#packets;
  }
}
