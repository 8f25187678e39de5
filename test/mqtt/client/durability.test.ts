import { describe, expect, it } from 'vitest';
import { RecordError } from '../../../src/mqtt/session/record.ts';
import { FakeDisk } from '../pump.ts';
import { lasting, publishFrom, Rig } from './rig.ts';

/** A durable client, online and at rest, whose disk syncs by hand. */
function durable(options = {}): Rig {
  const rig = new Rig({ ...lasting, ...options }, { sync: 'by-hand' });
  rig.connect();
  rig.opened();
  rig.accept();
  rig.sync();
  rig.forget();
  return rig;
}

describe('at durability sync', () => {
  it('SUBSCRIBE waits until it is durable that there is a session', () => {
    const rig = new Rig(lasting, { sync: 'by-hand' });
    rig.connect();
    rig.opened();
    rig.subscribe('a');
    rig.accept();
    expect(rig.said()).toEqual([]);
    rig.sync();
    expect(rig.said()).toEqual(['SUBSCRIBE 1 a']);
  });

  it('a QoS 2 PUBLISH waits until it is durable; QoS 1 does not', () => {
    const rig = durable();
    rig.publish('a', 1);
    expect(rig.said()).toEqual(['PUBLISH a 1']);
    rig.publish('b', 2);
    rig.publish('c', 1);
    expect(rig.said()).toEqual([]);
    rig.sync();
    expect(rig.said()).toEqual(['PUBLISH b 2', 'PUBLISH c 3']);
  });

  it('a QoS 1 PUBLISH that was queued waits for its identifier', () => {
    const rig = durable({ inflightLimit: 1 });
    rig.publish('a', 1);
    rig.publish('b', 1);
    rig.sync();
    rig.said();
    rig.serve({ type: 'puback', packetId: 1 });
    expect(rig.said()).toEqual([]);
    rig.sync();
    expect(rig.said()).toEqual(['PUBLISH b 2']);
  });

  it('PUBREL waits until "PUBREC seen" is durable, and a power cut before that sends the PUBLISH again', () => {
    const rig = durable();
    rig.publish('a', 2);
    rig.sync();
    rig.serve({ type: 'pubrec', packetId: 1 });
    expect(rig.said()).toEqual(['PUBLISH a 1']);
    const reborn = rig.reborn('power-cut');
    reborn.connectAgain(true);
    expect(reborn.said()).toEqual(['PUBLISH DUP a 1']);
    const other = durable();
    other.publish('a', 2);
    other.sync();
    other.serve({ type: 'pubrec', packetId: 1 });
    other.sync();
    expect(other.said()).toEqual(['PUBLISH a 1', 'PUBREL 1']);
    const after = other.reborn('power-cut');
    after.connectAgain(true);
    expect(after.said()).toEqual(['PUBREL 1']);
  });

  it('PUBREC waits until the identifier is durable, and PUBCOMP until it is durably forgotten', () => {
    const rig = durable();
    rig.serve(publishFrom('a', 2, 7));
    expect(rig.deliveries()).toEqual(['a']);
    expect(rig.said()).toEqual([]);
    rig.sync();
    expect(rig.said()).toEqual(['PUBREC 7']);
    rig.serve({ type: 'pubrel', packetId: 7 });
    expect(rig.said()).toEqual([]);
    rig.sync();
    expect(rig.said()).toEqual(['PUBCOMP 7']);
  });

  it('a repeated PUBREC and PUBCOMP wait for what an earlier connection stored', () => {
    const rig = durable();
    rig.serve(publishFrom('a', 2, 7));
    rig.cut();
    rig.comeOnline(true);
    rig.serve(publishFrom('a', 2, 7, true));
    expect(rig.said()).toEqual([]);
    rig.sync();
    expect(rig.said()).toEqual(['PUBREC 7']);
    rig.serve({ type: 'pubrel', packetId: 7 });
    rig.cut();
    rig.comeOnline(true);
    rig.serve({ type: 'pubrel', packetId: 7 });
    expect(rig.said()).toEqual([]);
    rig.sync();
    expect(rig.said()).toEqual(['PUBCOMP 7']);
  });

  it('PUBACK and QoS 0 wait for nothing when nothing was stored', () => {
    const rig = durable();
    rig.serve(publishFrom('a', 1, 7));
    rig.publish('b', 0);
    expect(rig.said()).toEqual(['PUBACK 7', 'PUBLISH b']);
    expect(rig.ofKind('store')).toEqual([]);
  });

  it('acknowledgements keep the order of the messages, also when only one of them waits', () => {
    const rig = durable();
    rig.serve(publishFrom('a', 2, 7), publishFrom('b', 1, 8));
    expect(rig.said()).toEqual([]);
    rig.sync();
    expect(rig.said()).toEqual(['PUBREC 7', 'PUBACK 8']);
  });

  it('all changes of one input are one batch', () => {
    const rig = durable({ inflightLimit: 2 });
    rig.publish('a', 2);
    expect(rig.ofKind('store')).toHaveLength(1);
    expect(rig.ofKind('store')[0]!.entries.map(([key]) => key)).toEqual(['session/out/1', 'session/id/1']);
  });

  it('what waited when the connection went is sent later, for the first time and so without DUP', () => {
    const rig = durable();
    rig.publish('a', 2);
    rig.cut();
    rig.advance(600_000_000);
    rig.opened();
    rig.accept(true);
    expect(rig.said()).toEqual([]);
    rig.sync();
    expect(rig.said()).toEqual(['PUBLISH a 1']);
  });
});

describe('after its process died', () => {
  it('a client goes on with the same messages, identifiers and order, and does not know its old calls [3.1.1/MQTT-4.1.0-1]', () => {
    const rig = durable({ inflightLimit: 3 });
    for (const topic of ['a', 'b', 'c']) rig.publish(topic, 2);
    rig.publish('d', 1);
    rig.publish('e', 2);
    rig.sync();
    rig.serve({ type: 'pubrec', packetId: 2 });
    const reborn = rig.reborn('crash');
    expect(reborn.observed.get('session')).toBe('held');
    expect(reborn.client.inflightCount).toBe(3);
    expect(reborn.client.queuedCount).toBe(2);
    reborn.connectAgain(true);
    expect(reborn.said()).toEqual(['PUBREL 2', 'PUBLISH DUP a 1', 'PUBLISH DUP c 3']);
    reborn.serve({ type: 'pubcomp', packetId: 2 }, { type: 'pubrec', packetId: 1 });
    expect(reborn.said()).toEqual(['PUBLISH d 4', 'PUBREL 1']);
    expect(reborn.ofKind('settled').map(({ outcome }) => outcome.op)).toEqual(['connect']);
  });

  it('it still knows the QoS 2 identifiers it received', () => {
    const rig = durable();
    rig.serve(publishFrom('a', 2, 7));
    const reborn = rig.reborn('crash');
    reborn.connectAgain(true);
    reborn.serve(publishFrom('a', 2, 7, true));
    expect(reborn.deliveries()).toEqual([]);
    expect(reborn.said()).toEqual(['PUBREC 7']);
  });

  it('it is handed a message again whose identifier a power cut took: it had not been acknowledged', () => {
    const rig = durable();
    rig.serve(publishFrom('a', 2, 7));
    expect(rig.said()).toEqual([]);
    const reborn = rig.reborn('power-cut');
    reborn.connectAgain(true);
    reborn.serve(publishFrom('a', 2, 7, true));
    expect(reborn.ofKind('deliver')).toMatchObject([{ delivery: { dup: true } }]);
  });

  it('it makes its subscriptions again if the server has lost them', () => {
    const rig = durable();
    rig.subscribe('a');
    rig.subscribe('b');
    rig.serve(
      { type: 'suback', packetId: 1, reasonCodes: [2] },
      { type: 'suback', packetId: 2, reasonCodes: [2] },
    );
    rig.unsubscribe('a');
    rig.serve({ type: 'unsuback', packetId: 3 });
    const reborn = rig.reborn('crash');
    expect(reborn.observed.get('subscriptions/b')).toBe(2);
    reborn.connectAgain(false);
    expect(reborn.said()).toEqual(['SUBSCRIBE 1 b']);
  });

  it('it goes on making them again if it died before the server had answered', () => {
    const rig = durable();
    rig.subscribe('a');
    rig.subscribe('b');
    rig.serve(
      { type: 'suback', packetId: 1, reasonCodes: [2] },
      { type: 'suback', packetId: 2, reasonCodes: [2] },
    );
    rig.sync();
    rig.cut();
    rig.comeOnline(false);
    rig.sync();
    expect(rig.said()).toEqual(['SUBSCRIBE 3 a b']);
    // The server has a session from then on, and may never have seen the SUBSCRIBE.
    const reborn = rig.reborn('power-cut');
    reborn.connectAgain(true);
    expect(reborn.said()).toEqual(['SUBSCRIBE 1 a b']);
    reborn.serve({ type: 'suback', packetId: 1, reasonCodes: [2, 2] });
    const again = reborn.reborn('crash');
    again.connectAgain(true);
    expect(again.said()).toEqual([]);
  });

  it('it sends nothing that depends on what its disk might still lose', () => {
    const rig = durable();
    rig.publish('a', 2);
    rig.sync();
    rig.serve({ type: 'pubrec', packetId: 1 });
    const reborn = rig.reborn('crash', rig.disk, 'by-hand');
    reborn.connectAgain(true);
    expect(reborn.said()).toEqual([]);
    const again = reborn.reborn('power-cut', rig.disk);
    again.connectAgain(true);
    expect(again.said()).toEqual(['PUBLISH DUP a 1']);
  });

  it('without durability it knows nothing, and treats the session at the server as none of its own', () => {
    const rig = new Rig({ ...lasting, durability: 'none' });
    rig.comeOnline();
    rig.publish('a', 2);
    expect(rig.ofKind('store')).toEqual([]);
    const reborn = rig.reborn('crash');
    reborn.connect();
    reborn.opened();
    reborn.accept(true);
    expect(reborn.rules()).toEqual(['5.0/MQTT-3.2.2-4']);
  });

  it('a clean session leaves nothing behind, and drops what another configuration left', () => {
    const clean = new Rig();
    clean.comeOnline();
    clean.publish('a', 2);
    clean.serve(publishFrom('b', 2, 3));
    expect(clean.ofKind('store')).toEqual([]);
    const rig = durable();
    rig.publish('a', 2);
    rig.disk.die('crash');
    expect(rig.disk.values().size).toBeGreaterThan(0);
    new Rig({}, { disk: rig.disk });
    expect(rig.disk.values().size).toBe(0);
  });

  it('connecting with a clean session sends what was unacknowledged as new messages', () => {
    const rig = durable({ protocolVersion: 5, sessionExpiry: 60, cleanStart: true });
    rig.publish('a', 2);
    rig.serve(publishFrom('x', 2, 7));
    const reborn = rig.reborn('crash', rig.disk, 'by-hand');
    reborn.connect();
    expect(reborn.opened()).toEqual([]);
    reborn.sync();
    expect(reborn.takeSent()).toMatchObject([{ type: 'connect', cleanStart: true }]);
    reborn.accept(false);
    reborn.sync();
    expect(reborn.said()).toEqual(['PUBLISH a 2']);
    reborn.serve(publishFrom('y', 2, 7));
    expect(reborn.deliveries()).toEqual(['y']);
  });

  it('a disk that cannot be trusted is refused by name', () => {
    const disk = new FakeDisk();
    disk.append([['session/in/4', new Uint8Array([1, 2, 3])]]);
    disk.die('crash');
    expect(() => new Rig(lasting, { disk })).toThrow(RecordError);
    const foreign = new FakeDisk();
    foreign.append([['retained/a', new Uint8Array([1])]]);
    foreign.die('crash');
    expect(() => new Rig(lasting, { disk: foreign })).toThrow(
      "durable value 'retained/a' is no key of a client",
    );
  });
});
