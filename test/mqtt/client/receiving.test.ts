import { describe, expect, it } from 'vitest';
import { encode } from '../../../src/mqtt/codec/index.ts';
import { lasting, publishFrom, Rig } from './rig.ts';

function listening(options = {}): Rig {
  const rig = new Rig(options);
  rig.comeOnline();
  return rig;
}

describe('receiving', () => {
  it('hands a message on and acknowledges as its QoS asks, whether or not it was subscribed to [3.1.1/MQTT-4.5.0-2] [3.1.1/MQTT-3.3.4-1]', () => {
    const rig = listening();
    rig.serve(publishFrom('a', 0), publishFrom('b', 1, 5), publishFrom('c', 2, 6));
    expect(rig.deliveries()).toEqual(['a', 'b', 'c']);
    expect(rig.said()).toEqual(['PUBACK 5', 'PUBREC 6']);
  });

  it('hands on topic, payload, QoS, retain and DUP as they came', () => {
    const rig = listening();
    rig.serve({ ...publishFrom('a', 1, 5, true), retain: true });
    expect(rig.ofKind('deliver')[0]!.delivery).toMatchObject({
      message: { topic: 'a', qos: 1, retain: true },
      dup: true,
    });
  });

  it('hands on before it acknowledges', () => {
    const rig = listening();
    rig.serve(publishFrom('a', 2, 6));
    expect(rig.take().map(({ kind }) => kind)).toEqual(['dial', 'deliver', 'send']);
  });

  it('acknowledges in the order in which the messages came [3.1.1/MQTT-4.6.0-2] [3.1.1/MQTT-4.6.0-3]', () => {
    const rig = listening();
    const bytes = [9, 3, 7, 1].flatMap((id) => [...encode(publishFrom('a', id % 2 === 0 ? 2 : 1, id), 4)]);
    rig.receiveBytes(1, new Uint8Array(bytes));
    expect(rig.said()).toEqual(['PUBACK 9', 'PUBACK 3', 'PUBACK 7', 'PUBACK 1']);
    rig.serve(publishFrom('b', 2, 4), publishFrom('b', 2, 2));
    expect(rig.said()).toEqual(['PUBREC 4', 'PUBREC 2']);
  });

  it('takes a repeated QoS 1 identifier for a new message, even with DUP [3.1.1/MQTT-4.3.2-2] [trap 27]', () => {
    const rig = listening();
    rig.serve(publishFrom('a', 1, 5), publishFrom('b', 1, 5, true));
    expect(rig.deliveries()).toEqual(['a', 'b']);
    expect(rig.said()).toEqual(['PUBACK 5', 'PUBACK 5']);
  });

  it('hands a repeated QoS 2 message on once, over a reconnect too [3.1.1/MQTT-4.3.3-2] [trap 28]', () => {
    const rig = listening(lasting);
    rig.serve(publishFrom('a', 2, 5), publishFrom('a', 2, 5, true));
    rig.cut();
    rig.comeOnline(true);
    rig.serve(publishFrom('a', 2, 5, true));
    expect(rig.said()).toEqual(['PUBREC 5']);
    rig.serve({ type: 'pubrel', packetId: 5 });
    expect(rig.said()).toEqual(['PUBCOMP 5']);
    expect(rig.deliveries()).toEqual([]);
    rig.serve(publishFrom('b', 2, 5));
    expect(rig.deliveries()).toEqual(['b']);
  });

  it('answers PUBREL of an identifier it does not know, and stays [3.1.1/MQTT-4.3.3-2] [trap 29]', () => {
    const rig = listening();
    rig.serve({ type: 'pubrel', packetId: 77 });
    expect(rig.said()).toEqual(['PUBCOMP 77']);
    expect(rig.client.status).toBe('online');
  });

  it('forgets QoS 2 identifiers when the session is lost: the same number is a new message', () => {
    const rig = listening(lasting);
    rig.serve(publishFrom('a', 2, 5));
    rig.cut();
    rig.comeOnline(false);
    rig.serve(publishFrom('b', 2, 5));
    expect(rig.deliveries()).toEqual(['b']);
  });

  it('understands packets however the stream is cut', () => {
    const rig = listening();
    const stream = new Uint8Array([
      ...encode(publishFrom('a', 1, 5), 4),
      ...encode(publishFrom('b', 2, 6), 4),
      ...encode({ type: 'pubrel', packetId: 6 }, 4),
    ]);
    for (const byte of stream) rig.receiveBytes(1, new Uint8Array([byte]));
    expect(rig.said()).toEqual(['PUBACK 5', 'PUBREC 6', 'PUBCOMP 6']);
  });

  it('acknowledges while its own window is full [trap 31]', () => {
    const rig = listening({ inflightLimit: 1 });
    rig.publish('x', 1);
    rig.publish('y', 1);
    rig.said();
    rig.serve(publishFrom('a', 2, 6), { type: 'pubrel', packetId: 6 });
    expect(rig.said()).toEqual(['PUBREC 6', 'PUBCOMP 6']);
  });

  it('answers nothing after DISCONNECT [3.1.1/MQTT-3.14.4-2]', () => {
    const rig = listening();
    rig.disconnect();
    rig.take();
    rig.receiveBytes(1, encode(publishFrom('a', 1, 5), 4));
    expect(rig.take()).toEqual([]);
  });
});
