/** What became of messages, by the real command. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTraceFile, TraceFile } from '../../src/host/trace-file.ts';
import type { Vantage } from '../../src/trace/event.ts';
import { repository } from '../programs.ts';
import { DESCRIPTION, message, publish, Stage } from '../trace/stage.ts';
import { Commands, type Ended } from './command.ts';

const cuts = join(repository, 'sims', 'zoo', 'cuts.ts');
let directory: string;
let commands: Commands;
let failed: Ended;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'amber-explain-'));
  commands = new Commands(directory);
  failed = await amber('run', cuts, '--seed', '3', '--mutant', 'qos2-forgotten', '--trace', 'failed.gz');
  await amber('run', join(repository, 'sims', 'qos-matrix.ts'), '--trace', 'good.gz');
});
afterAll(() => {
  commands.end();
  rmSync(directory, { recursive: true, force: true });
});

const amber = (...args: string[]) => commands.run(args);

/** A trace of a real broker, as somebody between it and its clients saw it: it sends one message twice and another never. */
function tapped(name: string, vantage: Vantage): void {
  const stage = new Stage();
  stage.recorder.emit({ k: 'node.added', n: 'hub', role: 'broker' });
  for (const each of ['sensor', 'screen']) stage.recorder.emit({ k: 'node.added', n: each, role: 'client' });
  const sensor = stage.connect('sensor', 'hub');
  const screen = stage.connect('screen', 'hub');
  stage.subscribe(screen, 't/+', 1);
  for (const [at, topic] of ['t/1', 't/2'].entries()) {
    stage.pass(sensor, 'sensor', publish(topic, 'x', 1, at + 1));
    stage.pass(sensor, 'hub', { type: 'puback', packetId: at + 1 });
  }
  for (const id of [1, 2]) {
    stage.pass(screen, 'hub', publish('t/1', 'x', 1, id));
    stage.pass(screen, 'screen', { type: 'puback', packetId: id });
  }
  const header = { format: 'amber-trace', version: 1, ...DESCRIPTION, level: 'packets', vantage } as const;
  const file = new TraceFile(join(directory, name), header);
  for (const event of stage.events) file.listener({ ...event, c: 0 });
  file.finish({ digest: stage.recorder.digest(), verdict: 'passed' });
}

describe('amber run of a story that breaks a promise', () => {
  it('shows the life of the first message it broke it by, and how to have the others', () => {
    expect(failed.code).toBe(1);
    const from = failed.out.indexOf('\n\n"');
    const obituary = failed.out.slice(from, failed.out.indexOf('\nlook '));
    expect(obituary).toMatch(
      /^"\d+" q2 on reading, of sensor to screen: doubled\n {2}breaks delivery\.exactly-once: hub sent screen/m,
    );
    expect(obituary).toMatch(
      /^ +\d+ {2}00:00:\d\d\.\d{6} {2}seen {2}the application of sensor publishes it \(call \d+\)$/m,
    );
    expect(obituary).toMatch(/^ +\d+ {2}00:00:\d\d\.\d{6} {2}told {2}hub: accepted, QoS 2 from sensor/m);
    expect(obituary).toMatch(/^ {2}The application of screen was handed it (twice|\d times)/m);
    expect(failed.out).toMatch(/^explain +npx amber explain failed\.gz$/m);
  });

  it('writes an obituary for each into the end of its trace, which stays whole', () => {
    const { list, footer, problems } = readTraceFile(join(directory, 'failed.gz'));
    expect(problems).toEqual([]);
    expect(footer!.events).toBe(list.length);
    const obituaries = list.filter((event) => event.k === 'obituary');
    const broken = list.filter((event) => event.k === 'verdict' && event.outcome === 'broken');
    expect(obituaries.length).toBeGreaterThan(0);
    expect(list.slice(-obituaries.length)).toEqual(obituaries);
    expect(new Set(obituaries.flatMap(({ verdicts }) => verdicts))).toEqual(
      new Set(broken.map(({ i }) => i)),
    );
    expect(obituaries[0]).toMatchObject({
      ...{ n: 'hub', rules: ['delivery.exactly-once'], publisher: 'sensor', to: 'screen', fate: 'doubled' },
      c: obituaries[0]!.verdicts[0],
    });
  });

  it('does the same without a trace, but for the life', async () => {
    const untold = await amber('run', cuts, '--seed', '3', '--mutant', 'qos2-forgotten', '--trace', '-');
    expect(untold.code).toBe(1);
    expect(untold.out).not.toContain('seen  ');
    const digest = /^digest +\w+$/m;
    expect(digest.exec(untold.out)![0]).toBe(digest.exec(failed.out)![0]);
  });

  it('is judged again as before: what is said of a run is no part of it', async () => {
    expect((await amber('check', 'failed.gz')).out).toMatch(
      /^broken +1 rule broken: delivery\.exactly-once/m,
    );
  });
});

describe('amber explain', () => {
  it('tells of the messages by which a promise was broken, the first three whole', async () => {
    const { code, out, err } = await amber('explain', 'failed.gz');
    expect([code, err]).toEqual([0, '']);
    expect(out.match(/^ {2}breaks delivery\.exactly-once: hub sent screen/gm)).toHaveLength(3);
    expect(out).toMatch(/^By \d+ more messages a promise was broken:$/m);
    const obituary = failed.out.slice(failed.out.indexOf('\n\n"') + 2).split('\n')[0];
    expect(out).toContain(obituary);
  });

  it('lists the messages of a run that kept its promises, with what became of each', async () => {
    const { code, out } = await amber('explain', 'good.gz');
    expect(code).toBe(0);
    expect(out).toContain('\n3 messages\n');
    expect(out).toMatch(
      /^ {2}event \d+ +00:00:\d\d\.\d{6} {2}"x" q1 on matrix\/1, of source: granted-0 delivered, granted-1 delivered, granted-2 delivered$/m,
    );
  });

  it('has a page for a message that lived happily, with a part for each subscriber', async () => {
    const { code, out } = await amber('explain', 'good.gz', 'matrix/1');
    expect(code).toBe(0);
    expect(out).toMatchSnapshot();
    const one = await amber('explain', 'good.gz', 'matrix/+', '--to', 'granted-2');
    expect(one.out.match(/^ {2}to granted-2: delivered$/gm)).toHaveLength(3);
    expect(one.out).not.toContain('to granted-1: ');
    expect((await amber('explain', 'good.gz', '--from', 'source')).out).toContain('to granted-1: delivered');
  });

  it('finds the message that an event is about: a packet of it, or a verdict', async () => {
    const { list } = readTraceFile(join(directory, 'failed.gz'));
    const obituary = list.find((event) => event.k === 'obituary')!;
    const title = `${obituary.message}, of sensor\n`;
    for (const ordinal of [obituary.steps[0]![0], obituary.verdicts[0]!]) {
      expect((await amber('explain', 'failed.gz', '--event', `${ordinal}`)).out).toContain(title);
    }
  });

  it.each(['wire', 'broker'] as const)('reads a trace of real traffic, seen from a %s', async (vantage) => {
    tapped('tapped.gz', vantage);
    const { code, out } = await amber('explain', 'tapped.gz', '#');
    expect(code).toBe(0);
    expect(out).toMatch(/^"x" q1 on t\/1, of sensor$/m);
    expect(out).toMatch(/^ {2}to screen: doubled$/m);
    expect(out).toMatch(/^ {2}to screen: never sent$/m);
    // What nobody saw, the page does not say.
    expect(out).not.toContain('read');
  });

  it('prints all of it for programs', async () => {
    const { obituaries, messages } = JSON.parse(
      (await amber('explain', 'good.gz', 'matrix/2', '--json')).out,
    );
    expect(obituaries).toEqual([]);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ message: '"x" q2 on matrix/2', publisher: 'source', text: '' });
    expect(messages[0].lives.map(({ to, fate }: { to: string; fate: string }) => `${to} ${fate}`)).toEqual([
      'granted-0 delivered',
      'granted-1 delivered',
      'granted-2 delivered',
    ]);
    expect(messages[0].steps[0]).toMatchObject({ how: 'seen', i: messages[0].event });
  });

  it.each([
    [['nowhere.gz'], 'there is no file nowhere.gz'],
    [['good.gz', 'a/#/b'], "'a/#/b' is no topic filter"],
    [['good.gz', 'nobody/here'], 'good.gz has no such message'],
    [['good.gz', '--event', '1'], 'good.gz has no message that event 1 is about'],
    [['good.gz', '--event', '0'], "--event is '0'; the trace has the events 1 to "],
    [['good.gz', '--event', 'first'], "--event is 'first'; the trace has the events 1 to "],
  ])('refuses %j with one line', async (args, line) => {
    const { code, out, err } = await amber('explain', ...args);
    expect([code, out]).toEqual([2, '']);
    expect(err.split('\n')).toHaveLength(2);
    expect(err).toContain(line);
  });

  it('shows payloads and names of a trace without letting them move the cursor', async () => {
    const stage = new Stage();
    stage.broker('hub');
    stage.client('s\u001b[2J');
    const wire = stage.connect('s\u001b[2J', 'hub');
    stage.publishCall('s\u001b[2J', message('t\u001b[31m', 'x'));
    stage.pass(wire, 's\u001b[2J', publish('t\u001b[31m', 'x'));
    const file = new TraceFile(join(directory, 'odd.gz'), stage.recorder.header);
    for (const event of stage.events) file.listener(event);
    file.finish({ digest: stage.recorder.digest(), verdict: 'passed' });
    for (const args of [[], ['#']]) {
      const { code, out } = await amber('explain', 'odd.gz', ...args);
      expect(code).toBe(0);
      expect(out).not.toContain('\u001b');
    }
  });
});
