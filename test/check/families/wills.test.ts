import { describe, expect, it } from 'vitest';
import type { BrokerPromises } from '../../../src/trace/event.ts';
import { message, publish, Stage, type Wire } from '../../trace/stage.ts';
import { brokenIn, judge, ruleOf } from '../court.ts';

const will = { topic: 'state', payload: 'gone', qos: 1 } as const;

interface Scene {
  stage: Stage;
  up: Wire;
  down: Wire;
  /** The hub publishes the will to the watcher. */
  mourn: (packetId?: number) => void;
}

function scene(promises: Partial<BrokerPromises> = {}, v: 4 | 5 = 4, delay?: number): Scene {
  const stage = new Stage();
  stage.broker('hub', promises);
  const down = stage.connect(stage.client('watcher'), 'hub');
  stage.subscribe(down, 'state', 1);
  const options = delay === undefined ? will : { ...will, delay };
  const up = stage.connect(stage.client('sensor'), 'hub', {
    v,
    will: options,
    clean: v === 4,
    sessionExpiry: 60,
  });
  return {
    stage,
    up,
    down,
    mourn(packetId = 1) {
      stage.pass(down, 'hub', publish('state', 'gone', 1, packetId));
      stage.pass(down, 'watcher', { type: 'puback', packetId });
    },
  };
}

describe('a will', () => {
  it.each(['finished', 'reset', 'closed', 'timed-out'] as const)(
    'is published when its connection ends: %s',
    (end) => {
      const { stage, up, mourn } = scene();
      stage.end(up, { listener: end });
      mourn();
      const report = judge(stage);
      expect(report.violations).toEqual([]);
      expect(ruleOf(report, 'will.due')).toMatchObject({ outcome: 'held', reached: 1 });
    },
  );

  it('that is due and not published breaks the promise, with an obituary', () => {
    const { stage, up } = scene();
    stage.end(up);
    const report = judge(stage);
    expect(brokenIn(report)).toEqual(['delivery.at-least-once', 'will.due']);
    expect(report.violations[0]!.text).toMatch(
      /^the will of sensor on state, QoS 1, .* never came to watcher/,
    );
  });

  it('is published on a protocol error and after DISCONNECT with will, too', () => {
    const { stage, up } = scene({}, 5);
    stage.pass(up, 'sensor', { type: 'disconnect', reasonCode: 4 });
    stage.end(up, { dialler: 'closed', listener: 'finished' });
    expect(brokenIn(judge(stage))).toContain('will.due');
  });

  it('is withheld after DISCONNECT', () => {
    const quiet = scene();
    quiet.stage.pass(quiet.up, 'sensor', { type: 'disconnect' });
    quiet.stage.end(quiet.up, { dialler: 'closed', listener: 'finished' });
    const report = judge(quiet.stage);
    expect(report.violations).toEqual([]);
    expect(ruleOf(report, 'will.withheld')).toMatchObject({ outcome: 'held', reached: 1 });
    expect(ruleOf(report, 'will.due').outcome).toBe('never reached');
    quiet.mourn();
    expect(brokenIn(judge(quiet.stage))).toEqual(['will.withheld']);
  });

  it('is due when DISCONNECT was sent but never read', () => {
    const { stage, up, mourn } = scene();
    stage.lose(stage.send(up, 'sensor', { type: 'disconnect' }));
    stage.end(up);
    mourn();
    const report = judge(stage);
    expect(report.violations).toEqual([]);
    expect(ruleOf(report, 'will.due').reached).toBe(1);
  });

  it('is not published while its connection stands', () => {
    const { stage, mourn } = scene();
    mourn();
    expect(brokenIn(judge(stage))).toEqual(['will.withheld']);
  });

  it('is not published and then discarded by a DISCONNECT [5.0/MQTT-3.14.4-3]', () => {
    const { stage, up, mourn } = scene();
    mourn();
    stage.pass(up, 'sensor', { type: 'disconnect' });
    stage.end(up, { dialler: 'closed', listener: 'finished' });
    const report = judge(stage);
    expect(brokenIn(report)).toEqual(['will.withheld']);
    expect(report.violations[0]!.text).toContain('was ended by DISCONNECT');
  });

  it('may be published an instant before its connection is seen to end', () => {
    const { stage, up, mourn } = scene();
    mourn();
    stage.end(up);
    expect(judge(stage).violations).toEqual([]);
  });

  it('is published once', () => {
    const { stage, up, mourn } = scene();
    stage.end(up);
    mourn(1);
    mourn(2);
    expect(brokenIn(judge(stage))).toEqual(['will.once']);
  });

  it('is published again by a connection that had it again', () => {
    const { stage, up, mourn } = scene();
    stage.end(up);
    mourn(1);
    const again = stage.connect('sensor', 'hub', { will });
    stage.end(again);
    mourn(2);
    const report = judge(stage);
    expect(report.violations).toEqual([]);
    expect(ruleOf(report, 'will.due').reached).toBe(2);
  });

  it('may be one whose DISCONNECT a crash forgot, while another that is equal stands', () => {
    const { stage, up, down } = scene();
    stage.pass(up, 'sensor', { type: 'disconnect' });
    stage.crash('hub', 'node.power-cut');
    for (const wire of [up, down]) stage.end(wire, { listener: 'crashed' });
    stage.start('hub');
    const back = stage.connect('watcher', 'hub');
    stage.subscribe(back, 'state', 1);
    stage.end(stage.connect('sensor', 'hub', { will }));
    stage.connect('sensor', 'hub', { will });
    for (const packetId of [1, 2]) {
      stage.pass(back, 'hub', publish('state', 'gone', 1, packetId));
      stage.pass(back, 'watcher', { type: 'puback', packetId });
    }
    expect(judge(stage, false).violations).toEqual([]);
  });

  it('may be lost or published with a crash of the hub', () => {
    for (const published of [true, false]) {
      const { stage, up, down } = scene();
      stage.crash('hub');
      stage.end(up, { listener: 'crashed' });
      stage.end(down, { listener: 'crashed' });
      stage.start('hub');
      const back = stage.connect('watcher', 'hub', { clean: true });
      stage.subscribe(back, 'state', 1);
      if (published) stage.pass(back, 'hub', publish('state', 'gone', 1, 1));
      expect(judge(stage, false).violations).toEqual([]);
    }
  });

  it('may be delayed and cancelled in 5.0', () => {
    const { stage, up } = scene({}, 5, 30);
    stage.end(up);
    stage.connect('sensor', 'hub', { v: 5, clean: false, sessionPresent: true, sessionExpiry: 60 });
    expect(judge(stage).violations).toEqual([]);
  });

  it('of a refused connection is never due', () => {
    const { stage, mourn } = scene();
    const wire = stage.dial(stage.client('other'), 'hub');
    stage.pass(wire, 'other', {
      type: 'connect',
      protocolVersion: 4,
      clientId: 'other',
      cleanStart: true,
      keepAlive: 0,
      will: { topic: 'state', payload: new TextEncoder().encode('gone'), qos: 1, retain: false },
    });
    stage.pass(wire, 'hub', { type: 'connack', sessionPresent: false, reasonCode: 5 });
    stage.end(wire, { dialler: 'finished', listener: 'closed' });
    expect(judge(stage).violations).toEqual([]);
    mourn();
    expect(brokenIn(judge(stage))).toEqual(['will.withheld']);
  });

  it('of a connection that was cut before its CONNACK may be published or not', () => {
    const { stage, mourn } = scene();
    const wire = stage.dial(stage.client('other'), 'hub');
    stage.pass(wire, 'other', {
      type: 'connect',
      protocolVersion: 4,
      clientId: 'other',
      cleanStart: true,
      keepAlive: 0,
      will: { topic: 'state', payload: new TextEncoder().encode('gone'), qos: 1, retain: false },
    });
    stage.end(wire);
    expect(judge(stage).violations).toEqual([]);
    mourn();
    expect(judge(stage).violations).toEqual([]);
  });
});

describe('a will with a delay of 30 seconds', () => {
  const back = (stage: Stage, clean: boolean) =>
    stage.connect('sensor', 'hub', { v: 5, clean, sessionPresent: !clean, sessionExpiry: 60 });

  it('is published when that is over [5.0/MQTT-3.1.2-8]', () => {
    const { stage, up, mourn } = scene({}, 5, 30);
    stage.end(up);
    stage.tick(30_000_000);
    mourn();
    const report = judge(stage);
    expect(report.violations).toEqual([]);
    expect(ruleOf(report, 'will.delay').reached).toBe(1);
    expect(ruleOf(report, 'will.due').reached).toBe(1);
  });

  it('breaks the promise when it never is', () => {
    const { stage, up } = scene({}, 5, 30);
    stage.end(up);
    stage.tick(40_000_000);
    stage.publishCall('watcher', message('other', 'x'));
    expect(brokenIn(judge(stage))).toEqual(['delivery.at-least-once', 'will.due']);
  });

  it('is not published before [5.0/MQTT-3.1.2-8]', () => {
    const { stage, up, mourn } = scene({}, 5, 30);
    stage.end(up);
    stage.tick(20_000_000);
    mourn();
    stage.tick(20_000_000);
    stage.publishCall('watcher', message('other', 'x'));
    const report = judge(stage);
    expect(brokenIn(report)).toEqual(['will.delay']);
    expect(report.violations[0]!.text).toBe(
      'hub published the will of sensor on state before its delay was over',
    );
  });

  it.each([
    ['to its session', false, 'although it came back in time'],
    ['to a new one', true, 'before its delay was over'],
  ] as const)('is not published before its client returns %s [5.0/MQTT-3.1.3-9]', (_, clean, why) => {
    const { stage, up, mourn } = scene({}, 5, 30);
    stage.end(up);
    mourn();
    stage.tick(10_000_000);
    back(stage, clean);
    const report = judge(stage);
    expect(brokenIn(report)).toEqual(['will.delay']);
    expect(report.violations[0]!.text).toBe(`hub published the will of sensor on state ${why}`);
  });

  it('is taken back by a client that returns to its session [5.0/MQTT-3.1.3-9]', () => {
    const { stage, up, mourn } = scene({}, 5, 30);
    stage.end(up);
    back(stage, false);
    stage.tick(60_000_000);
    expect(judge(stage).violations).toEqual([]);
    mourn();
    expect(brokenIn(judge(stage))).toEqual(['will.withheld']);
  });

  it('may be taken back or not when the CONNECT of its client was read and never answered', () => {
    for (const isPublished of [false, true]) {
      const { stage, up, mourn } = scene({}, 5, 30);
      const wire = stage.dial(stage.client('twin'), 'hub', 5);
      stage.pass(wire, 'twin', {
        ...{ type: 'connect', protocolVersion: 5, clientId: 'sensor', cleanStart: false, keepAlive: 0 },
        properties: { sessionExpiryInterval: 60 },
      });
      stage.end(up);
      stage.end(wire);
      stage.tick(30_000_000);
      if (isPublished) mourn();
      stage.tick(10_000_000);
      stage.publishCall('watcher', message('other', 'x'));
      expect(judge(stage).violations).toEqual([]);
    }
  });

  it('is taken back when the CONNECT of its client was read in time and answered late [5.0/MQTT-3.1.3-9]', () => {
    const { stage, up, mourn } = scene({}, 5, 30);
    const wire = stage.dial(stage.client('twin'), 'hub', 5);
    stage.pass(wire, 'twin', {
      ...{ type: 'connect', protocolVersion: 5, clientId: 'sensor', cleanStart: false, keepAlive: 0 },
      properties: { sessionExpiryInterval: 60 },
    });
    stage.end(up);
    stage.tick(40_000_000);
    stage.publishCall('watcher', message('other', 'x'));
    stage.pass(wire, 'hub', { type: 'connack', sessionPresent: true, reasonCode: 0 });
    expect(judge(stage).violations).toEqual([]);
    mourn();
    expect(brokenIn(judge(stage))).toContain('will.withheld');
  });

  it('is known from the one before it, when each is published an instant before the new session is told of', () => {
    const { stage, up, mourn } = scene({}, 5, 30);
    let wire = up;
    for (const packetId of [1, 2]) {
      stage.end(wire);
      wire = stage.dial('sensor', 'hub', 5);
      stage.pass(wire, 'sensor', {
        ...{ type: 'connect', protocolVersion: 5, clientId: 'sensor', cleanStart: true, keepAlive: 0 },
        properties: { sessionExpiryInterval: 60 },
        will: {
          ...{ topic: 'state', payload: new TextEncoder().encode('gone'), qos: 1, retain: false },
          properties: { willDelayInterval: 30 },
        },
      });
      mourn(packetId);
      stage.pass(wire, 'hub', { type: 'connack', sessionPresent: false, reasonCode: 0 });
    }
    const report = judge(stage);
    expect(report.violations.map(({ rule }) => rule)).not.toContain('will.due');
    expect(ruleOf(report, 'will.due')).toMatchObject({ reached: 2, broken: 0 });
    expect(ruleOf(report, 'will.once').broken).toBe(0);
  });

  it('is due at once when its client begins a new session', () => {
    const { stage, up, mourn } = scene({}, 5, 30);
    stage.end(up);
    stage.tick(5_000_000);
    back(stage, true);
    expect(brokenIn(judge(stage))).toEqual(['delivery.at-least-once', 'will.due']);
    mourn();
    expect(judge(stage).violations).toEqual([]);
  });

  it('does not wait longer than its session lives', () => {
    const { stage, up, mourn } = scene({}, 5, 3600);
    stage.end(up);
    stage.tick(60_000_000);
    mourn();
    expect(judge(stage).violations).toEqual([]);
  });

  it('may come when it likes after a crash of the hub', () => {
    const { stage, up, down } = scene({}, 5, 30);
    stage.end(up);
    stage.crash('hub');
    stage.end(down, { listener: 'crashed' });
    stage.start('hub');
    expect(judge(stage, false).violations).toEqual([]);
  });
});

describe('a DISCONNECT that prolongs a session', () => {
  it.each([true, false])(
    'withholds the will when the session was to last: %s [5.0/MQTT-3.14.4-3]',
    (lasts) => {
      const { stage, mourn } = scene();
      const wire = stage.dial(stage.client('phone'), 'hub', 5);
      stage.pass(wire, 'phone', {
        type: 'connect',
        protocolVersion: 5,
        clientId: 'phone',
        cleanStart: true,
        keepAlive: 0,
        will: { topic: 'state', payload: new TextEncoder().encode('gone'), qos: 1, retain: false },
        properties: { sessionExpiryInterval: lasts ? 60 : 0 },
      });
      // A server that keeps no sessions.
      const properties = { sessionExpiryInterval: 0 };
      stage.pass(wire, 'hub', { type: 'connack', sessionPresent: false, reasonCode: 0, properties });
      const prolonged = { sessionExpiryInterval: 30 };
      stage.pass(wire, 'phone', { type: 'disconnect', reasonCode: 0, properties: prolonged });
      if (!lasts) stage.send(wire, 'hub', { type: 'disconnect', reasonCode: 0x82 });
      stage.end(wire, { dialler: 'closed', listener: 'closed' });
      if (!lasts) mourn();
      expect(brokenIn(judge(stage))).toEqual([]);
    },
  );
});
