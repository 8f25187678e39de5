/** Nodes of foreign code in the viewer: brokers and clients by what the wire tells, and their state as far as that tells it. */
import { describe, expect, it } from 'vitest';
import { readStory } from '../../viz/index/trace-index.ts';
import { callRoster } from '../../viz/layout/roster.ts';
import { StateAnswers } from '../../viz/worker/answers/state-answers.ts';
import { publish, Stage } from '../trace/stage.ts';

/** A hosted broker, a hosted application, a machine of ours, and a process that speaks no MQTT. */
function recorded() {
  const stage = new Stage('full');
  for (const n of ['aedes', 'app', 'web']) {
    stage.recorder.emit({ k: 'node.added', n, role: 'host' });
    stage.start(n);
  }
  stage.client('sensor');
  stage.recorder.emit({
    k: 'state',
    n: 'sensor',
    entity: 'sensor',
    d: [['status', null, 'online']],
  });
  const app = stage.connect('app', 'aedes');
  stage.subscribe(app, 'plant/#', 1);
  const sensor = stage.connect('sensor', 'aedes');
  stage.pass(sensor, 'sensor', publish('plant/1', 'a', 1, 1));
  stage.send(app, 'aedes', publish('plant/1', 'a', 1, 9));
  const { recorder } = stage;
  return readStory({
    header: { ...recorder.header, level: 'full' },
    events: stage.events,
    footer: undefined,
  });
}

describe('a hosted node in the viewer', () => {
  it('stands where the wire puts it: brokers in the middle, and one that speaks no MQTT aside', () => {
    const { lanes } = callRoster(recorded(), new Set());
    expect(lanes.map(({ title, subtitle, side }) => [title, subtitle, side])).toEqual([
      ['web', 'host', 'left'],
      ['sensor', 'publisher', 'left'],
      ['aedes', 'hosted broker', 'middle'],
      ['app', 'hosted subscriber', 'right'],
    ]);
  });

  it('has the state that the wire tells, beside that of machines which tell theirs', () => {
    const story = recorded();
    const look = new StateAnswers({ story: () => story }).look(1, story.eventCount, [], '')!;
    if (look.is !== 'told') return expect.fail('our machine has told its state');
    expect(look.state.nodes.map(({ name, role, hosted }) => [name, role, hosted])).toEqual([
      ['aedes', 'broker', true],
      ['app', 'client', true],
      ['web', 'host', true],
      ['sensor', 'client', false],
    ]);
    expect(look.wire!.connections.map(({ name, granted }) => [name, granted])).toEqual([
      ['app>aedes#1', [{ filter: 'plant/#', qos: 1 }]],
      ['sensor>aedes#1', []],
    ]);
    expect(look.wire!.underWay.map(({ from, to }) => [from, to])).toEqual([['aedes', 'app']]);
  });
});
