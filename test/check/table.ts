/** A hub and one client, with what they said of themselves when they met: the smallest stage for the discipline of the wire. */
import type { Connack, Connect, Packet, ProtocolVersion } from '../../src/mqtt/codec/packet.ts';
import type { BrokerPromises } from '../../src/trace/event.ts';
import { Stage, type Wire } from '../trace/stage.ts';

export interface Meeting {
  v?: ProtocolVersion;
  role?: 'client' | 'peer';
  connect?: Partial<Connect>;
  connack?: Partial<Connack>;
  promises?: Partial<BrokerPromises>;
}

export class Table extends Stage {
  wire: Wire;
  readonly #meeting: Meeting;

  constructor(meeting: Meeting = {}) {
    super();
    this.#meeting = meeting;
    this.broker('hub', meeting.promises);
    if (meeting.role === 'peer') this.recorder.emit({ k: 'node.added', n: 'c', role: 'peer' });
    else this.client('c');
    this.wire = this.meet();
  }

  /** CONNECT and CONNACK over a new connection, with the terms of the meeting. */
  meet(connack: Partial<Connack> = {}): Wire {
    const { v = 5, connect } = this.#meeting;
    this.wire = this.dial('c', 'hub', v);
    this.pass(this.wire, 'c', {
      type: 'connect',
      protocolVersion: v,
      clientId: 'c',
      cleanStart: false,
      keepAlive: 0,
      ...connect,
    });
    this.pass(this.wire, 'hub', {
      type: 'connack',
      sessionPresent: false,
      reasonCode: 0,
      ...this.#meeting.connack,
      ...connack,
    });
    return this.wire;
  }

  /** Written by the client and read by the hub. */
  up(packet: Packet): number {
    return this.pass(this.wire, 'c', packet);
  }

  /** Written by the hub and read by the client. */
  down(packet: Packet): number {
    return this.pass(this.wire, 'hub', packet);
  }
}
