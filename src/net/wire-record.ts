import { PacketCutter } from '../mqtt/codec/packet-cutter.ts';
import { concatenate } from '../stream/pieces.ts';
import type { ConnectionName } from '../trace/recorder.ts';
import { RecordedConnection, type TrafficRecord } from './traffic-record.ts';
import { WebSocketWire, type WirePacket, type WireUnit } from './websocket-wire.ts';

type Side = 'client' | 'server';

/** A connection that begins so asks for a WebSocket; no packet of MQTT does. */
const REQUEST = [0x47, 0x45, 0x54, 0x20]; // GET and a space
/** Units of a WebSocket that wait for the packet that names their connection; after so many its address does. */
const UNNAMED_UNITS = 16;

/** One connection as a proxy sees it: what passes is sent and received at once. */
const NOTHING = new Uint8Array(0);

export class WireRecord extends RecordedConnection {
  /** What the client has said, while it is too little to know what carries MQTT here. */
  #start: Uint8Array | undefined = new Uint8Array(0);
  #fromClient: (bytes: Uint8Array) => void;
  #fromServer: (bytes: Uint8Array) => void;
  #unnamed: { by: Side; unit: WireUnit }[] = [];
  /** Who has finished, and what it was answered nobody has seen yet. */
  #finished: Side | undefined;
  #over = false;

  constructor(record: TrafficRecord, remote: string) {
    super(record, remote);
    this.#fromClient = this.#packets('client');
    this.#fromServer = this.#packets('server');
  }

  fromClient(bytes: Uint8Array): void {
    if (this.#start === undefined) {
      this.#fromClient(bytes);
      return;
    }
    const start = concatenate([this.#start, bytes]);
    const isRequest = REQUEST.every((byte, at) => at >= start.length || start[at] === byte);
    if (isRequest && start.length < REQUEST.length) {
      this.#start = start;
      return;
    }
    this.#start = undefined;
    if (isRequest) {
      this.over = 'websocket';
      this.#fromClient = this.#units('client');
      this.#fromServer = this.#units('server');
    }
    this.#fromClient(start);
  }

  fromServer(bytes: Uint8Array): void {
    this.#fromServer(bytes);
  }

  /** From here on what one side says cannot be read, for this reason. */
  unreadable(by: Side, reason: string): void {
    const name = this.named();
    this.#flush();
    this.record.tick();
    const { of } = this.#sent(by, name, { bytes: NOTHING, malformed: reason });
    this.record.recorder.packetLost(this.#ends(by).passive, name, of, 'network', reason);
  }

  /** One side has ended the connection. That the other has read so far shows when it finishes as well. */
  ended(by: Side, end: 'finished' | 'reset'): void {
    if (this.#over || (this.#finished === by && end === 'finished')) return;
    const { text: conn } = this.named();
    this.#flush();
    const { active, passive } = this.#ends(this.#finished ?? by);
    if (this.#finished === undefined) {
      this.record.emit({ k: 'conn.ended', n: active, conn, end: end === 'reset' ? 'aborted' : 'closed' });
      this.#finished = by;
      if (end === 'finished') return;
    }
    this.#over = true;
    this.record.emit({ k: 'conn.ended', n: passive, conn, end });
  }

  #ends(by: Side): { active: string; passive: string } {
    const { server } = this.record;
    return by === 'client'
      ? { active: this.client, passive: server }
      : { active: server, passive: this.client };
  }

  #packets(by: Side): (bytes: Uint8Array) => void {
    const cutter = new PacketCutter({
      piece: (_bytes, packet, malformed) => {
        if (packet === undefined) return;
        const name = this.named(by === 'client' ? packet : undefined);
        this.record.tick();
        this.#received(by, name, [this.#sent(by, name, { bytes: packet, malformed })]);
      },
    });
    return (bytes) => cutter.write(bytes);
  }

  #units(by: Side): (bytes: Uint8Array) => void {
    const wire = new WebSocketWire((unit) => {
      this.#unnamed.push({ by, unit });
      if (!this.isNamed && unit.packets.length === 0 && this.#unnamed.length < UNNAMED_UNITS) return;
      this.named(by === 'client' ? unit.packets[0]?.bytes : undefined);
      this.#flush();
    });
    return (bytes) => wire.write(bytes);
  }

  #flush(): void {
    for (const { by, unit } of this.#unnamed.splice(0)) this.#unitPassed(by, unit);
  }

  #unitPassed(by: Side, { what, bytes, malformed, packets }: WireUnit): void {
    const { recorder } = this.record;
    const name = this.named();
    const conn = name.text;
    const { active, passive } = this.#ends(by);
    const said = { k: 'websocket.sent', n: active, conn, what, bytes } as const;
    const of = this.record.emit(malformed === undefined ? said : { ...said, malformed });
    recorder.cause = of;
    const sent = packets.map((packet) => this.#sent(by, name, packet));
    recorder.cause = this.record.emit({ k: 'websocket.received', n: passive, conn, of });
    this.#received(by, name, sent);
    recorder.cause = 0;
  }

  #sent(by: Side, name: ConnectionName, { bytes, malformed }: WirePacket) {
    const { recorder } = this.record;
    const of = recorder.packetSent(this.#ends(by).active, name, bytes, this.version, malformed);
    return { of, bytes };
  }

  #received(by: Side, name: ConnectionName, sent: readonly { of: number; bytes: Uint8Array }[]): void {
    const { recorder } = this.record;
    for (const { of, bytes } of sent) {
      recorder.cause = of;
      recorder.packetReceived(this.#ends(by).passive, name, of, bytes);
    }
    recorder.cause = 0;
  }
}
