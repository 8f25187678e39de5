/** Lives of messages in conversations that are played by hand: whose packet is whose, and how each life ends. */
import { describe, expect, it } from 'vitest';
import type { Packet } from '../../../src/mqtt/codec/packet.ts';
import { message, publish, Stage, type Wire } from '../../trace/stage.ts';
import { fatesIn, lastWordsIn, livesOf, printed } from './pages.ts';

/** A hub, a sensor and a screen that is subscribed to `t`. */
function playing(qos: 0 | 1 | 2 = 1, options: { clean?: boolean; v?: 4 | 5; sessionExpiry?: number } = {}) {
  const stage = new Stage('full');
  for (const each of [stage.broker('hub'), stage.client('sensor'), stage.client('screen')])
    expect(each).toBeTruthy();
  const sensor = stage.connect('sensor', 'hub', { v: options.v ?? 4 });
  const screen = stage.connect('screen', 'hub', options);
  stage.subscribe(screen, 't', qos);
  return { stage, sensor, screen };
}

/** The sensor publishes at QoS 1 and has its answer. */
function accepted(stage: Stage, sensor: Wire, payload: string, id = 1): void {
  stage.pass(sensor, 'sensor', publish('t', payload, 1, id));
  stage.pass(sensor, 'hub', { type: 'puback', packetId: id });
}

describe('the life of a message', () => {
  it('goes from the call of its publisher to the application of its subscriber', () => {
    const { stage, sensor, screen } = playing();
    const call = stage.publishCall('sensor', message('t', 'x', 1));
    accepted(stage, sensor, 'x');
    stage.settle('sensor', call);
    stage.pass(screen, 'hub', publish('t', 'x', 1, 7));
    stage.pass(screen, 'screen', { type: 'puback', packetId: 7 });
    stage.deliver('screen', message('t', 'x', 1));
    expect(printed(livesOf(stage), 0)).toMatchInlineSnapshot(`
      ""x" q1 on t, of sensor
        18 ms seen: the application of sensor publishes it (call 1)
        19 ms seen: sensor sends PUBLISH q1 #1 to hub, read at 0.02 s
        21 ms seen: hub sends PUBACK #1 to sensor, read at 0.022 s
        22 ms seen: the call succeeds: ok
      to screen: delivered
        23 ms seen: hub sends PUBLISH q1 #7 to screen, read at 0.024 s
        25 ms seen: screen sends PUBACK #7 to hub, read at 0.026 s
        26 ms seen: the application of screen is handed it
      The application of screen was handed it at 0.026 s, 0.008 s after it was published."
    `);
  });

  it('ends with a packet that is lost, when nobody sends it again', () => {
    const { stage, sensor, screen } = playing(1, { clean: false });
    accepted(stage, sensor, 'x');
    stage.lose(stage.send(screen, 'hub', publish('t', 'x', 1, 7)));
    stage.end(screen);
    const lives = livesOf(stage);
    expect(fatesIn(lives)).toEqual(['screen: lost']);
    expect(lastWordsIn(lives)).toMatchInlineSnapshot(
      `"hub sent it to screen at 0.022 s as PUBLISH q1 #7; it was lost in the network: the connection was reset, at 0.022 s. At 0.023 s screen>hub#1 ends at hub: reset. screen was away when the trace ends."`,
    );
    stage.connect('screen', 'hub', { clean: false, sessionPresent: true });
    expect(lastWordsIn(livesOf(stage))).toMatchInlineSnapshot(
      `"hub sent it to screen at 0.022 s as PUBLISH q1 #7; it was lost in the network: the connection was reset, at 0.022 s. At 0.027 s screen is back on screen>hub#2, and its session goes on, and it was not sent again."`,
    );
  });

  it('ends with the session that it waited in', () => {
    const { stage, sensor, screen } = playing(1, { clean: false });
    stage.end(screen);
    accepted(stage, sensor, 'x');
    stage.connect('screen', 'hub', { clean: true });
    const lives = livesOf(stage);
    expect(fatesIn(lives)).toEqual(['screen: never sent']);
    expect(lastWordsIn(lives)).toMatchInlineSnapshot(
      `"hub had it at 0.02 s, and hub never sent it to screen. At 0.026 s screen is on screen>hub#2 with a new session. The session that it waited in was gone."`,
    );
  });

  it('ends with a connection that the session does not outlive', () => {
    const { stage, sensor, screen } = playing(1, { v: 5, sessionExpiry: 0 });
    accepted(stage, sensor, 'x');
    stage.end(screen);
    expect(lastWordsIn(livesOf(stage))).toMatchInlineSnapshot(
      `"hub had it at 0.019 s, and hub never sent it to screen. At 0.022 s screen>hub#1 ends at hub: reset, and the session of screen with it. The session that it waited in was gone."`,
    );
  });

  it('is doubled by a broker that sends it twice as a message of its own', () => {
    const { stage, sensor, screen } = playing();
    accepted(stage, sensor, 'x');
    for (const id of [7, 8]) {
      stage.pass(screen, 'hub', publish('t', 'x', 1, id));
      stage.pass(screen, 'screen', { type: 'puback', packetId: id });
      stage.deliver('screen', message('t', 'x', 1));
    }
    const lives = livesOf(stage);
    expect(fatesIn(lives)).toEqual(['screen: doubled']);
    expect(lastWordsIn(lives)).toMatchInlineSnapshot(
      `"The application of screen was handed it twice, at 0.025 s and 0.029 s. hub sent it twice as a message of its own (PUBLISH q1 #7 at 0.022 s, PUBLISH q1 #8 at 0.026 s); it came to hub once."`,
    );
  });

  it('may be doubled at QoS 1 when a PUBACK was lost, and says so', () => {
    const { stage, sensor, screen } = playing(1, { clean: false });
    accepted(stage, sensor, 'x');
    stage.pass(screen, 'hub', publish('t', 'x', 1, 7));
    stage.deliver('screen', message('t', 'x', 1));
    stage.lose(stage.send(screen, 'screen', { type: 'puback', packetId: 7 }));
    stage.end(screen);
    const again = stage.connect('screen', 'hub', { clean: false, sessionPresent: true });
    stage.pass(again, 'hub', publish('t', 'x', 1, 7, { dup: true }));
    stage.deliver('screen', message('t', 'x', 1), true);
    stage.pass(again, 'screen', { type: 'puback', packetId: 7 });
    const lives = livesOf(stage);
    expect(fatesIn(lives)).toEqual(['screen: doubled']);
    expect(lastWordsIn(lives)).toMatchInlineSnapshot(
      `"The application of screen was handed it twice, at 0.023 s and 0.032 s. hub sent it again at 0.031 s, for the PUBACK that screen had sent at 0.024 s was lost in the network: the connection was reset. At QoS 1 that is allowed."`,
    );
  });

  it('has one QoS 2 exchange however often its parts are sent', () => {
    const { stage, sensor, screen } = playing(2, { clean: false });
    stage.pass(sensor, 'sensor', publish('t', 'x', 2, 1));
    stage.pass(sensor, 'hub', { type: 'pubrec', packetId: 1 });
    stage.pass(sensor, 'sensor', { type: 'pubrel', packetId: 1 });
    stage.pass(sensor, 'hub', { type: 'pubcomp', packetId: 1 });
    stage.pass(screen, 'hub', publish('t', 'x', 2, 1));
    stage.deliver('screen', message('t', 'x', 2));
    stage.lose(stage.send(screen, 'screen', { type: 'pubrec', packetId: 1 }));
    stage.end(screen);
    const again = stage.connect('screen', 'hub', { clean: false, sessionPresent: true });
    stage.pass(again, 'hub', publish('t', 'x', 2, 1, { dup: true }));
    stage.pass(again, 'screen', { type: 'pubrec', packetId: 1 });
    stage.pass(again, 'hub', { type: 'pubrel', packetId: 1 });
    stage.pass(again, 'screen', { type: 'pubcomp', packetId: 1 });
    const lives = livesOf(stage);
    expect(lives.publications).toHaveLength(1);
    expect(fatesIn(lives)).toEqual(['screen: delivered']);
    expect(lives.publications[0]!.passages.map(({ packet }) => packet)).toEqual([
      'PUBLISH q2 #1',
      'PUBREC #1',
      'PUBREL #1',
      'PUBCOMP #1',
    ]);
    expect(
      lives.publications[0]!.lives[0]!.passages.map(({ packet, again: repeats }) => [packet, repeats]),
    ).toEqual([
      ['PUBLISH q2 #1', false],
      ['PUBREC #1', false],
      ['PUBLISH q2 #1 dup', true],
      ['PUBREC #1', false],
      ['PUBREL #1', false],
      ['PUBCOMP #1', false],
    ]);
  });

  it('of QoS 2 begins again with a new session of its publisher, and not before', () => {
    const { stage, screen } = playing(2);
    const first = stage.connect('sensor', 'hub', { clean: false });
    stage.pass(first, 'sensor', publish('t', 'x', 2, 1));
    stage.pass(screen, 'hub', publish('t', 'x', 2, 1));
    stage.end(first);
    const back = stage.connect('sensor', 'hub', { clean: false, sessionPresent: true });
    stage.pass(back, 'sensor', publish('t', 'x', 2, 1, { dup: true }));
    const same = livesOf(stage).publications[0]!;
    expect([same.arrivals.length, same.lives[0]!.expected]).toEqual([2, 1]);
    stage.end(back);
    const anew = stage.connect('sensor', 'hub', { clean: false });
    stage.pass(anew, 'sensor', publish('t', 'x', 2, 1, { dup: true }));
    const again = livesOf(stage).publications[0]!;
    expect([again.arrivals.length, again.lives[0]!.expected]).toEqual([3, 2]);
  });

  it('is changed when its properties are not those it was published with', () => {
    const { stage, sensor, screen } = playing(0, { v: 5 });
    const typed = { ...publish('t', 'x'), properties: { contentType: 'text/plain' } } as Packet;
    stage.pass(sensor, 'sensor', typed);
    stage.pass(screen, 'hub', publish('t', 'x'));
    const lives = livesOf(stage);
    expect(fatesIn(lives)).toEqual(['screen: changed']);
    expect(lastWordsIn(lives)).toContain('has other properties than what was published.');
  });

  it('tells equal messages apart by their order', () => {
    const { stage, sensor, screen } = playing();
    for (const id of [1, 2, 3]) accepted(stage, sensor, 'on', id);
    for (const id of [1, 2]) {
      stage.pass(screen, 'hub', publish('t', 'on', 1, id));
      stage.pass(screen, 'screen', { type: 'puback', packetId: id });
    }
    expect(fatesIn(livesOf(stage))).toEqual(['screen: delivered', 'screen: delivered', 'screen: never sent']);
  });

  it('says which later message was sent before it', () => {
    const { stage, sensor, screen } = playing();
    accepted(stage, sensor, 'first', 1);
    accepted(stage, sensor, 'second', 2);
    for (const [at, payload] of ['second', 'first'].entries()) {
      stage.pass(screen, 'hub', publish('t', payload, 1, at + 1));
      stage.pass(screen, 'screen', { type: 'puback', packetId: at + 1 });
    }
    const lives = livesOf(stage);
    expect(fatesIn(lives)).toEqual(['screen: late', 'screen: delivered']);
    expect(lastWordsIn(lives)).toMatchInlineSnapshot(`
      "screen read it at 0.031 s, 0.013 s after it was published. It came after a later message of sensor (event 30), which was sent at 0.026 s.
      screen read it at 0.027 s, 0.005 s after it was published."
    `);
  });

  it('is not handed over by a client that read it and kept it', () => {
    const { stage, sensor, screen } = playing();
    stage.publishCall('screen', message('elsewhere', 'y'));
    accepted(stage, sensor, 'x');
    stage.pass(screen, 'hub', publish('t', 'x', 1, 7));
    stage.pass(screen, 'screen', { type: 'puback', packetId: 7 });
    const lives = livesOf(stage);
    expect(fatesIn(lives)).toEqual(['screen: not handed over']);
    expect(lastWordsIn(lives)).toBe('screen read it at 0.024 s, and its application was never handed it.');
  });

  it('does not begin for who is away at QoS 0', () => {
    const { stage, sensor, screen } = playing(0, { clean: false });
    stage.end(screen);
    stage.pass(sensor, 'sensor', publish('t', 'x'));
    const lives = livesOf(stage);
    expect(fatesIn(lives)).toEqual(['screen: not kept']);
    expect(lastWordsIn(lives)).toBe(
      'screen was away when it came, and at QoS 0 nothing is kept for who is away.',
    );
  });

  it('is over when its machine tells that it was dropped or expired, and only then', () => {
    const { stage, sensor, screen } = playing(1, { clean: false });
    stage.end(screen);
    for (const [at, payload] of ['a', 'b', 'c'].entries()) accepted(stage, sensor, payload, at + 1);
    stage.recorder.emit({
      ...{ k: 'told', n: 'hub', step: 'dropped', client: 'screen', topic: 't', rule: 'limit.queue' },
      text: 'not for screen: its queue is full (2)',
    });
    const lives = livesOf(stage);
    expect(fatesIn(lives)).toEqual(['screen: dropped', 'screen: never sent', 'screen: never sent']);
    expect(lastWordsIn(lives).split('\n')[0]).toBe(
      'hub gave it up at 0.03 s: not for screen: its queue is full (2).',
    );
  });

  it('goes to a member of a group, and on to another when the session of the first is over', () => {
    const stage = new Stage('full');
    stage.broker('hub');
    for (const each of ['sensor', 'ann', 'bob']) stage.client(each);
    const sensor = stage.connect('sensor', 'hub', { v: 5 });
    const ann = stage.connect('ann', 'hub', { v: 5 });
    const bob = stage.connect('bob', 'hub', { v: 5 });
    for (const wire of [ann, bob]) stage.subscribe(wire, '$share/crew/t', 1);
    accepted(stage, sensor, 'x');
    expect(fatesIn(livesOf(stage))).toEqual(['$share/crew/t: never sent']);
    stage.lose(stage.send(ann, 'hub', publish('t', 'x', 1, 1)));
    stage.end(ann);
    expect(fatesIn(livesOf(stage))).toEqual(['ann: lost']);
    stage.pass(bob, 'hub', publish('t', 'x', 1, 1));
    expect(fatesIn(livesOf(stage))).toEqual(['ann: lost', 'bob: delivered']);
  });

  it('begins with a subscription for what was retained, and ends the one that was retained before', () => {
    const { stage, sensor, screen } = playing();
    stage.pass(sensor, 'sensor', publish('kept', 'old', 0, undefined, { retain: true }));
    stage.pass(sensor, 'sensor', publish('kept', 'new', 0, undefined, { retain: true }));
    stage.subscribe(screen, 'kept', 1, 2);
    stage.pass(screen, 'hub', publish('kept', 'new', 0, undefined, { retain: true }));
    const lives = livesOf(stage);
    expect(printed(lives, 0)).toMatchInlineSnapshot(`
      ""old" q0 retain on kept, of sensor
        18 ms seen: sensor sends PUBLISH q0 retain to hub, read at 0.019 s
        21 ms seen: it is no longer the retained message of kept: another message takes its place (event 28)
      Nobody was subscribed to its topic when it came."
    `);
    expect(printed(lives, 1)).toMatchInlineSnapshot(`
      ""new" q0 retain on kept, of sensor
        20 ms seen: sensor sends PUBLISH q0 retain to hub, read at 0.021 s
      to screen: delivered
        23 ms seen: screen subscribes to kept, for which hub has it retained
        26 ms seen: hub sends PUBLISH q0 retain to screen, read at 0.027 s
      screen read it at 0.027 s."
    `);
  });

  it('of a will begins when it is due, and with a delay may be cancelled', () => {
    const { stage, screen } = playing(1);
    const will = { topic: 't', payload: 'gone', delay: 5 };
    const leaving = stage.connect('sensor', 'hub', { v: 5, sessionExpiry: 60, will });
    stage.end(leaving);
    const back = stage.connect('sensor', 'hub', {
      v: 5,
      clean: false,
      sessionPresent: true,
      sessionExpiry: 60,
      will,
    });
    const lives = livesOf(stage);
    expect(fatesIn(lives)).toEqual(['screen: cancelled']);
    expect(printed(lives, 0)).toMatchInlineSnapshot(`
      ""gone" q1 on t, a will, of sensor
        20 ms seen: sensor connects, and leaves it as its will
        23 ms seen: sensor>hub#2 ends at hub without DISCONNECT: reset, and the will is due 5 s later
        27 ms seen: sensor is back with its session before its will was published
      to screen: cancelled
        28 ms seen: the trace ends
      At 0.027 s sensor is back with its session before its will was published."
    `);
    stage.end(back);
    stage.pass(screen, 'hub', publish('t', 'gone', 1, 1));
    expect(fatesIn(livesOf(stage))).toEqual(['screen: cancelled', 'screen: delivered']);
  });

  it('of a message that nobody published has only an end', () => {
    const { stage, screen } = playing(0);
    stage.pass(screen, 'hub', publish('t', 'ghost'));
    const lives = livesOf(stage);
    expect(lives.publications.map(({ kind, publisher }) => [kind, publisher])).toEqual([['unknown', 'hub']]);
    expect(fatesIn(lives)).toEqual(['screen: delivered']);
  });

  it('is the same when no causes were recorded, as in a tap', () => {
    const { stage, sensor, screen } = playing();
    accepted(stage, sensor, 'x');
    stage.pass(screen, 'hub', publish('t', 'x', 1, 7));
    stage.pass(screen, 'screen', { type: 'puback', packetId: 7 });
    const bare = stage.events.map((event) => ({ ...event, c: 0 }));
    expect(fatesIn(livesOf(bare))).toEqual(['screen: delivered']);
  });
});
