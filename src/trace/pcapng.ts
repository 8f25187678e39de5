/**
 * A trace's packets as a capture that Wireshark and tshark open: pcapng with Ethernet, IPv4 and TCP made up around them.
 *
 * Each node gets an address, each connection a port at the dialler, and 1883 at the listener, or 80 when it carries a WebSocket: then
 * the handshake and the frames are what is captured, with the packets in them. A packet or frame is
 * captured when it is written, as one or more segments in order, so that sequence and acknowledgement numbers are
 * always right; what was lost with its connection is in the capture, marked by the reset that follows. The capture
 * shows the MQTT conversation, not the simulated transport: retransmissions are not in it.
 */
import type { ConnectionEvent, TraceEvent } from './event.ts';

const MQTT_PORT = 1883;
const HTTP_PORT = 80;
const FIRST_DIAL_PORT = 49_152;
const DIAL_PORTS = 65_535 - FIRST_DIAL_PORT;
/** Payload bytes of one captured segment. */
const SEGMENT_BYTES = 1448;
const HEADER_BYTES = 14 + 20 + 20;

const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const PSH = 0x08;
const ACK = 0x10;

interface Flow {
  dialler: string;
  /** Addresses as 32-bit words, and the dialler's port. */
  diallerAddress: number;
  listenerAddress: number;
  port: number;
  /** Of the listener. */
  listenerPort: number;
  /** Next sequence number of each direction, from 0; 32 bits wrap. */
  fromDialler: number;
  fromListener: number;
  /** Which ends have finished or reset. */
  diallerDone: boolean;
  listenerDone: boolean;
}

export class PcapngWriter {
  readonly #write: (block: Uint8Array) => void;
  readonly #addresses = new Map<string, number>();
  readonly #flows = new Map<string, Flow>();
  #ports = 0;
  #identification = 0;

  /** Writes the two opening blocks. `write` is handed whole blocks in order. */
  constructor(write: (block: Uint8Array) => void) {
    this.#write = write;
    write(sectionHeader());
    write(interfaceDescription());
  }

  /** Events of a trace in their order; those that are not about connections and packets are passed over. */
  readonly listener = (event: TraceEvent): void => {
    switch (event.k) {
      case 'conn.dialled':
        this.#segment(event.t, this.#flow(event), true, SYN, EMPTY);
        break;
      case 'conn.accepted':
        this.#accept(event.t, this.#flow(event));
        break;
      case 'conn.established':
        this.#accept(event.t, this.#flow(event));
        this.#segment(event.t, this.#flow(event), true, ACK, EMPTY);
        break;
      case 'packet.sent':
      case 'websocket.sent': {
        const flow = this.#flows.get(event.conn);
        // The packets of a WebSocket are in its frames.
        const carried = flow?.listenerPort === HTTP_PORT && event.k === 'packet.sent';
        if (flow !== undefined && !carried) this.#data(event.t, flow, event.n === flow.dialler, event.bytes);
        break;
      }
      case 'conn.ended': {
        const flow = this.#flows.get(event.conn);
        if (flow !== undefined) this.#close(event.t, event.conn, flow, event.n === flow.dialler, event.end);
        break;
      }
    }
  };

  #flow(event: ConnectionEvent): Flow {
    let flow = this.#flows.get(event.conn);
    if (flow === undefined) {
      flow = {
        dialler: event.from,
        diallerAddress: this.#address(event.from),
        listenerAddress: this.#address(event.to),
        port: FIRST_DIAL_PORT + (this.#ports++ % DIAL_PORTS),
        listenerPort: event.over === 'websocket' ? HTTP_PORT : MQTT_PORT,
        fromDialler: 0,
        fromListener: 0,
        diallerDone: false,
        listenerDone: false,
      };
      this.#flows.set(event.conn, flow);
    }
    return flow;
  }

  /** A listener's host answers before its process accepts, which may be after the dialler has gone on: it answers once. */
  #accept(t: number, flow: Flow): void {
    if (flow.fromListener === 0) this.#segment(t, flow, false, SYN | ACK, EMPTY);
  }

  #data(t: number, flow: Flow, byDialler: boolean, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += SEGMENT_BYTES) {
      const part = bytes.subarray(at, at + SEGMENT_BYTES);
      const last = at + SEGMENT_BYTES >= bytes.length;
      this.#segment(t, flow, byDialler, last ? PSH | ACK : ACK, part);
      if (byDialler) flow.fromDialler = (flow.fromDialler + part.length) >>> 0;
      else flow.fromListener = (flow.fromListener + part.length) >>> 0;
    }
  }

  #close(t: number, conn: string, flow: Flow, byDialler: boolean, end: string): void {
    // An end that learns of the other's finish or reset sends nothing; neither does one that gives up.
    if (end === 'closed') {
      this.#segment(t, flow, byDialler, FIN | ACK, EMPTY);
      if (byDialler) flow.fromDialler = (flow.fromDialler + 1) >>> 0;
      else flow.fromListener = (flow.fromListener + 1) >>> 0;
    } else if (end === 'aborted' || end === 'crashed') {
      this.#segment(t, flow, byDialler, RST | ACK, EMPTY);
    } else if (end === 'refused') {
      this.#segment(t, flow, false, RST | ACK, EMPTY);
      flow.listenerDone = true;
    }
    if (byDialler) flow.diallerDone = true;
    else flow.listenerDone = true;
    if (flow.diallerDone && flow.listenerDone) this.#flows.delete(conn);
  }

  #address(node: string): number {
    let address = this.#addresses.get(node);
    if (address === undefined) {
      // 10.0.0.1 and up; a /8 has room for 16 million nodes.
      address = 0x0a000001 + (this.#addresses.size % 0xfffffe);
      this.#addresses.set(node, address);
    }
    return address;
  }

  #segment(t: number, flow: Flow, byDialler: boolean, flags: number, payload: Uint8Array): void {
    const length = HEADER_BYTES + payload.length;
    const padded = (length + 3) & ~3;
    const block = new Uint8Array(32 + padded);
    const view = new DataView(block.buffer);
    view.setUint32(0, 6, true);
    view.setUint32(4, block.length, true);
    view.setUint32(12, Math.floor(t / 0x1_0000_0000), true);
    view.setUint32(16, t % 0x1_0000_0000, true);
    view.setUint32(20, length, true);
    view.setUint32(24, length, true);
    view.setUint32(block.length - 4, block.length, true);

    const source = byDialler ? flow.diallerAddress : flow.listenerAddress;
    const target = byDialler ? flow.listenerAddress : flow.diallerAddress;
    const ethernet = 28;
    // Locally administered addresses that repeat the IPv4 address.
    view.setUint16(ethernet, 0x0200);
    view.setUint32(ethernet + 2, target);
    view.setUint16(ethernet + 6, 0x0200);
    view.setUint32(ethernet + 8, source);
    view.setUint16(ethernet + 12, 0x0800);

    const ip = ethernet + 14;
    view.setUint16(ip, 0x4500);
    view.setUint16(ip + 2, length - 14);
    view.setUint16(ip + 4, this.#identification++ & 0xffff);
    view.setUint16(ip + 6, 0x4000);
    view.setUint16(ip + 8, 0x4006);
    view.setUint32(ip + 12, source);
    view.setUint32(ip + 16, target);
    view.setUint16(ip + 10, checksum(block, ip, 20, 0));

    const tcp = ip + 20;
    view.setUint16(tcp, byDialler ? flow.port : flow.listenerPort);
    view.setUint16(tcp + 2, byDialler ? flow.listenerPort : flow.port);
    view.setUint32(tcp + 4, byDialler ? flow.fromDialler : flow.fromListener);
    if ((flags & ACK) !== 0) view.setUint32(tcp + 8, byDialler ? flow.fromListener : flow.fromDialler);
    view.setUint16(tcp + 12, 0x5000 | flags);
    view.setUint16(tcp + 14, 0xffff);
    block.set(payload, tcp + 20);
    const tcpLength = 20 + payload.length;
    const pseudo = (source >>> 16) + (source & 0xffff) + (target >>> 16) + (target & 0xffff) + 6 + tcpLength;
    view.setUint16(tcp + 16, checksum(block, tcp, tcpLength, pseudo));
    this.#write(block);
    if ((flags & SYN) !== 0) {
      if (byDialler) flow.fromDialler = 1;
      else flow.fromListener = 1;
    }
  }
}

const EMPTY = new Uint8Array(0);

/** A whole capture of events that are in memory. */
export function pcapngOf(events: Iterable<TraceEvent>): Uint8Array {
  const blocks: Uint8Array[] = [];
  let length = 0;
  const writer = new PcapngWriter((block) => {
    blocks.push(block);
    length += block.length;
  });
  for (const event of events) writer.listener(event);
  const capture = new Uint8Array(length);
  let at = 0;
  for (const block of blocks) {
    capture.set(block, at);
    at += block.length;
  }
  return capture;
}

/** Section Header Block, little-endian, version 1.0, of unknown length. */
function sectionHeader(): Uint8Array {
  const block = new Uint8Array(28);
  const view = new DataView(block.buffer);
  view.setUint32(0, 0x0a0d0d0a, true);
  view.setUint32(4, 28, true);
  view.setUint32(8, 0x1a2b3c4d, true);
  view.setUint16(12, 1, true);
  view.setUint32(16, 0xffffffff, true);
  view.setUint32(20, 0xffffffff, true);
  view.setUint32(24, 28, true);
  return block;
}

/** Interface Description Block: Ethernet, times in microseconds, which is the default. */
function interfaceDescription(): Uint8Array {
  const block = new Uint8Array(20);
  const view = new DataView(block.buffer);
  view.setUint32(0, 1, true);
  view.setUint32(4, 20, true);
  view.setUint16(8, 1, true);
  view.setUint32(16, 20, true);
  return block;
}

/** The Internet checksum (RFC 1071) over bytes and a sum to begin with. */
function checksum(bytes: Uint8Array, from: number, length: number, initial: number): number {
  let sum = initial;
  for (let i = 0; i + 1 < length; i += 2) sum += (bytes[from + i]! << 8) | bytes[from + i + 1]!;
  if ((length & 1) !== 0) sum += bytes[from + length - 1]! << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
