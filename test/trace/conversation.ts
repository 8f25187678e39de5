/** A short conversation that has something of every kind a trace can hold. */
import type { TraceLevel } from '../../src/trace/event.ts';
import type { TraceListener } from '../../src/trace/recorder.ts';
import { bytesOf, message, publish, Stage } from './stage.ts';

export function conversation(level: TraceLevel = 'full', listener?: TraceListener, payload = '21.5'): Stage {
  const stage = new Stage(level, listener);
  const { recorder } = stage;
  const hub = stage.broker('hub', { queueLimit: Number.POSITIVE_INFINITY });
  const sensor = stage.client('sensor');
  const screen = stage.client('screen');
  recorder.emit({
    k: 'link.added',
    n: '',
    link: 'sensor-hub',
    a: sensor,
    b: hub,
    description: 'latency 20 ms to 80 ms',
  });
  recorder.emit({
    k: 'app.call',
    n: sensor,
    call: 100,
    op: 'connect',
    to: hub,
    clean: true,
    client: 'sensor',
    keepAlive: 60,
    sessionExpiry: Number.POSITIVE_INFINITY,
    will: {
      ...message('plant/1/state', 'gone', 1, true),
      contentType: 'text/plain',
      responseTopic: 'plant/1/answer',
      correlationData: bytesOf('\u0000\u0001'),
      messageExpiryInterval: 60,
      payloadFormatIndicator: 1,
      userProperties: [
        ['unit', '°C'],
        ['unit', 'again'],
      ],
    },
  });
  const up = stage.connect(sensor, hub, { will: { topic: 'plant/1/state', payload: 'gone', retain: true } });
  recorder.emit({ k: 'app.settled', n: sensor, call: 100, outcome: 'ok', text: 'connected' });
  const down = stage.connect(screen, hub, { v: 5, clean: false, sessionExpiry: 3600 });
  recorder.emit({
    k: 'app.call',
    n: screen,
    call: 1,
    op: 'subscribe',
    filters: [{ filter: 'plant/+/temperature', qos: 1 }],
  });
  stage.subscribe(down, 'plant/+/temperature', 1);
  recorder.emit({ k: 'app.settled', n: screen, call: 1, outcome: 'ok', text: 'granted 1' });

  recorder.emit({
    k: 'fault.began',
    n: '',
    fault: 'f1',
    family: 'partition',
    target: 'sensor-hub',
    detail: { for: 3_000_000, until: Number.POSITIVE_INFINITY, oneWay: false, to: 'hub' },
  });
  recorder.emit({
    k: 'segment.lost',
    n: sensor,
    conn: up.conn,
    from: 14,
    to: 60,
    attempt: 1,
    reason: 'partition',
  });
  recorder.emit({
    k: 'segment.resent',
    n: sensor,
    conn: up.conn,
    from: 14,
    to: 60,
    attempt: 2,
    trigger: 'timeout',
  });
  recorder.emit({ k: 'fault.ended', n: '', fault: 'f1' });

  const reading = message('plant/1/temperature', payload, 1);
  const call = stage.publishCall(sensor, reading);
  stage.pass(up, sensor, publish(reading.topic, payload, 1, 7));
  recorder.emit({
    k: 'told',
    n: hub,
    step: 'routed',
    text: 'to 1 session',
    client: 'screen',
    rule: '3.1.1/MQTT-3.3.5-1',
  });
  recorder.emit({ k: 'state', n: hub, entity: 'hub/session/screen', d: [['inflight/1', null, 'PUBACK']] });
  recorder.emit({ k: 'disk.written', n: hub, batch: 1, entries: 2 });
  recorder.emit({ k: 'disk.synced', n: hub, batch: 1, entries: 2 });
  stage.pass(up, hub, { type: 'puback', packetId: 7 });
  stage.settle(sensor, call);
  stage.pass(down, hub, publish(reading.topic, payload, 1, 1));
  stage.deliver(screen, reading);
  stage.pass(down, screen, { type: 'puback', packetId: 1, reasonCode: 0 });
  recorder.emit({ k: 'timer.fired', n: sensor, key: 'ping', armed: recorder.now - 5 });
  recorder.emit({ k: 'note', n: '', text: 'Now the "power" goes\n' });
  recorder.emit({ k: 'node.paused', n: screen, life: 1 });
  recorder.emit({ k: 'node.resumed', n: screen, life: 1 });
  const lost = stage.send(up, sensor, { type: 'pingreq' });
  stage.crash(hub, 'node.power-cut');
  recorder.emit({ k: 'disk.lost', n: hub, batch: 1, entries: 1 });
  stage.lose(lost);
  stage.end(up, { dialler: 'reset', listener: 'crashed' });
  stage.end(down, { dialler: 'timed-out', listener: 'crashed' });
  stage.start(hub);
  stage.crash(screen);
  for (const op of ['unsubscribe', 'disconnect'] as const) {
    if (op === 'disconnect') recorder.emit({ k: 'app.call', n: sensor, call: 102, op });
    else recorder.emit({ k: 'app.call', n: sensor, call: 101, op, filters: ['a', 'b/#'] });
  }
  recorder.emit({ k: 'app.settled', n: sensor, call: 101, outcome: 'failed', text: 'not connected' });
  recorder.emit({ k: 'assert', n: '', assertion: 'always', holds: true, text: 'each reading arrives once' });
  recorder.emit({
    k: 'verdict',
    n: hub,
    rule: 'delivery.at-least-once',
    outcome: 'excused',
    text: 'the hub promised nothing',
    about: [1, 2],
  });
  recorder.emit({
    k: 'obituary',
    n: hub,
    rules: ['delivery.at-least-once'],
    verdicts: [recorder.count],
    message: '"21.5" q1 on plant/1',
    publisher: sensor,
    to: screen,
    fate: 'lost',
    text: 'hub sent it to screen, and it was lost.',
    steps: [
      [1, 'seen', 'sensor sends PUBLISH q1 #1 to hub'],
      [2, 'told', 'hub: accepted'],
    ],
  });
  return stage;
}
