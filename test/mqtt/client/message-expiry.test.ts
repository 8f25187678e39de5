import { describe, expect, it } from 'vitest';
import type { Publish, QoS } from '../../../src/mqtt/codec/packet.ts';
import { Rig, SECOND, text } from './rig.ts';

function offline(): Rig {
  return new Rig({ protocolVersion: 5, cleanStart: false, sessionExpiry: 6_000 });
}

function publish(rig: Rig, topic: string, qos: QoS, messageExpiryInterval: number): number {
  const request = { topic, payload: text(topic), qos, properties: { messageExpiryInterval } };
  return rig.input(() => rig.client.publish(rig.now, request));
}

/** `a 7`: topic and Message Expiry Interval of every PUBLISH that was sent since the last look. */
function published(rig: Rig): string[] {
  return rig
    .takeSent()
    .filter(({ type }) => type === 'publish')
    .map((packet) => `${(packet as Publish).topic} ${(packet as Publish).properties?.messageExpiryInterval}`);
}

function connect(rig: Rig, sessionPresent = false, receiveMaximum = 10): void {
  rig.connect();
  rig.opened();
  rig.accept(sessionPresent, { receiveMaximum });
}

describe('a message with an expiry that waits in the client [5.0/3.3.2.3.3]', () => {
  it.each([0, 1, 2] as const)('at QoS %i is not sent when its time is over, and its call fails', (qos) => {
    const rig = offline();
    const [late, early] = [publish(rig, 'late', qos, 10), publish(rig, 'early', qos, 11)];
    rig.advance(10 * SECOND);
    connect(rig);
    expect(published(rig)).toEqual(['early 1']);
    expect(rig.outcome(late)).toMatchObject({ ok: false, error: { kind: 'expired' } });
    if (qos > 0) expect(rig.outcome(early)).toBeUndefined();
    expect(rig.client.inflightCount).toBe(qos === 0 ? 0 : 1);
    expect(rig.notes.filter(({ step }) => step === 'expired')).toMatchObject([{ topic: 'late' }]);
  });

  it('is sent with what is left, in whole seconds and never less than is left [trap 21]', () => {
    const rig = offline();
    publish(rig, 'a', 1, 10);
    rig.advance(2.5 * SECOND);
    connect(rig);
    expect(published(rig)).toEqual(['a 8']);
    publish(rig, 'b', 1, 10);
    expect(published(rig)).toEqual(['b 10']);
  });

  it('expires behind a full window too', () => {
    const rig = offline();
    connect(rig, false, 1);
    publish(rig, 'a', 1, 10);
    const late = publish(rig, 'b', 1, 10);
    publish(rig, 'c', 1, 100);
    rig.advance(20 * SECOND);
    expect(published(rig)).toEqual(['a 10']);
    rig.serve({ type: 'puback', packetId: 1, reasonCode: 0 });
    expect(published(rig)).toEqual(['c 80']);
    expect(rig.outcome(late)).toMatchObject({ error: { kind: 'expired' } });
  });

  it.each([1, 2] as const)(
    'is never dropped once it was sent, at QoS %i [5.0/MQTT-4.3.3-7] [5.0/MQTT-4.3.3-13] [trap 21]',
    (qos) => {
      const rig = offline();
      connect(rig);
      const call = publish(rig, 'a', qos, 10);
      published(rig);
      rig.cut();
      rig.advance(300 * SECOND);
      rig.opened();
      rig.accept(true);
      expect(rig.outcome(call)).toBeUndefined();
      expect(rig.client.inflightCount).toBe(1);
      expect(rig.ofKind('send').map(({ packet }) => packet)).toMatchObject([{ dup: true, packetId: 1 }]);
      expect(published(rig)).toEqual(['a 0']);
      if (qos === 2) {
        rig.serve({ type: 'pubrec', packetId: 1, reasonCode: 0 });
        expect(rig.said()).toEqual(['PUBREL 1']);
        rig.serve({ type: 'pubcomp', packetId: 1, reasonCode: 0 });
      } else rig.serve({ type: 'puback', packetId: 1, reasonCode: 0 });
      expect(rig.outcome(call)).toMatchObject({ ok: true });
    },
  );

  it('goes on to expire in the next life of the client, by the wall clock', () => {
    const rig = offline();
    publish(rig, 'a', 1, 10);
    publish(rig, 'b', 2, 100);
    rig.advance(4 * SECOND);
    const next = rig.reborn('crash');
    next.advance(6 * SECOND);
    connect(next);
    expect(published(next)).toEqual(['b 90']);
    expect(next.client.queuedCount).toBe(0);
  });

  it('is written down by the wall clock of the moment', () => {
    const rig = offline();
    rig.input(() => rig.client.wallSet(rig.now, 3_600 * SECOND));
    publish(rig, 'a', 1, 10);
    // The next life finds its wall clock an hour behind again.
    const next = rig.reborn('crash');
    connect(next);
    expect(published(next)).toEqual(['a 3610']);
  });

  it('does not live longer or shorter because the wall clock is set', () => {
    const rig = offline();
    publish(rig, 'a', 1, 10);
    rig.input(() => rig.client.wallSet(rig.now, -3_600 * SECOND));
    publish(rig, 'b', 1, 10);
    rig.advance(5 * SECOND);
    connect(rig);
    expect(published(rig)).toEqual(['a 5', 'b 5']);
  });
});
