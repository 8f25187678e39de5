import { describe, expect, it } from 'vitest';
import { encode } from '../../../src/mqtt/codec/index.ts';
import type { Packet, QoS } from '../../../src/mqtt/codec/packet.ts';
import { bytes, Hub, type Peer } from './hub.ts';

/** What the network hands over is a view of something large, which has to be free to go once the packet is handled. */
function sendInSlab(peer: Peer, packet: Packet): void {
  const encoded = encode(packet, 4);
  const slab = new Uint8Array(65_536);
  slab.set(encoded, 1000);
  peer.hub.receiveBytes(peer.connection, slab.subarray(1000, 1000 + encoded.length));
  // Whatever still looks at the slab looks at nothing from now on.
  structuredClone(slab.buffer, { transfer: [slab.buffer] });
}

function publish(topic: string, qos: QoS = 1, retain = false): Packet {
  const packet: Packet = { type: 'publish', topic, payload: bytes('kept'), qos, retain, dup: false };
  return qos === 0 ? packet : { ...packet, packetId: 1 };
}

describe('a payload that is kept does not keep the bytes it came in', () => {
  it('as a retained message', () => {
    const hub = new Hub();
    sendInSlab(hub.client('publisher'), publish('x', 1, true));
    const late = hub.client('late');
    late.subscribe('x');
    expect(late.messages()).toEqual(['x kept']);
  });

  it('as a will', () => {
    const hub = new Hub();
    const watcher = hub.client('watcher');
    watcher.subscribe('w');
    const peer = hub.dialIn();
    const will = { topic: 'w', payload: bytes('kept'), qos: 1, retain: false } as const;
    sendInSlab(peer, {
      type: 'connect',
      protocolVersion: 4,
      clientId: 'a',
      cleanStart: true,
      keepAlive: 0,
      will,
    });
    peer.lose();
    expect(watcher.messages()).toEqual(['w kept']);
  });

  it('in the queue of a client that is away', () => {
    for (const qos of [0, 1, 2] as const) {
      const hub = new Hub({ queueQoS0: true });
      const first = hub.client('a', { clean: false });
      first.subscribe('x');
      first.lose();
      sendInSlab(hub.client('publisher'), publish('x', qos));
      expect(hub.client('a', { clean: false }).messages()).toEqual(['x kept']);
    }
  });

  it('behind a full window', () => {
    const hub = new Hub({ limits: { inflight: 1 } });
    const peer = hub.client('a');
    peer.subscribe('x');
    const publisher = hub.client('publisher');
    sendInSlab(publisher, publish('x'));
    sendInSlab(publisher, publish('x'));
    expect(peer.messages()).toEqual(['x kept']);
    peer.send({ type: 'puback', packetId: 1 });
    expect(peer.messages()).toEqual(['x kept']);
  });
});

describe('a payload in flight does not keep the bytes it came in', () => {
  it('once its client is away, which may be for long', () => {
    const hub = new Hub();
    const first = hub.client('a', { clean: false });
    first.subscribe('x');
    const packet = encode(publish('x'), 4);
    const slab = new Uint8Array(65_536);
    slab.set(packet);
    const publisher = hub.client('publisher');
    hub.receiveBytes(publisher.connection, slab.subarray(0, packet.length));
    first.lose();
    structuredClone(slab.buffer, { transfer: [slab.buffer] });
    expect(hub.client('a', { clean: false }).messages()).toEqual(['x kept']);
  });
});
