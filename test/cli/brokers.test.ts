/** `amber pub` and `amber sub` against every broker, over TCP and WebSocket, in 3.1.1 and 5.0. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servers } from '../net/servers.ts';
import { Child } from '../net/stage.ts';
import { repository } from '../programs.ts';
import { Commands } from './command.ts';

const bin = join(repository, 'bin', 'amber.js');
/** A process of its own, for one that stays. */
const amber = (...args: string[]) => new Child(process.execPath, [bin, ...args]);
let commands: Commands;
beforeAll(() => {
  commands = new Commands(repository);
});
afterAll(() => commands.end());

const cases = Object.keys(servers).flatMap((server) =>
  (['tcp', 'ws'] as const).flatMap((carrier) =>
    // aedes has no 5.0.
    (['311', '5'] as const)
      .filter((version) => version === '311' || server !== 'aedes')
      .map((version) => ({ server, carrier, version })),
  ),
);

describe.each(cases)('against $server over $carrier in version $version', ({ server, carrier, version }) => {
  const start = servers[server];

  it.skipIf(start === undefined)('pass on what is retained, live, queued, and left as a will', async () => {
    const where = ['-L', (await start!())[carrier], '-V', version];
    const pub = async (...args: string[]) => {
      const { code, out, err } = await commands.run(['pub', ...where, ...args]);
      expect([code, out, err]).toEqual([0, '', '']);
    };
    await pub('-t', 'a/kept', '-m', 'Grüße', '-q', '1', '-r');
    const session = ['-i', 'worker', '-c', '-t', 'a/#', '-t', 'wills', '-q', '2', '-F', '%t %q %r %p'];
    // What is retained says that the subscription stands.
    const first = amber('sub', ...where, ...session, '-C', '3');
    await first.prints(/kept/);
    await pub('-t', 'a/live', '-m', 'x', '-q', '2');
    const will = ['--will-topic', 'wills', '--will-payload', 'gone', '--will-qos', '1'];
    const doomed = amber('sub', ...where, '-t', 'a/kept', ...will);
    await doomed.prints(/Grüße/);
    doomed.process.kill('SIGKILL');
    expect([await first.exited, first.err]).toEqual([0, '']);
    expect(first.out).toBe('a/kept 1 1 Grüße\na/live 2 0 x\nwills 1 0 gone\n');
    for (const qos of ['1', '2']) await pub('-t', 'a/queue', '-m', qos, '-q', qos);
    const second = amber('sub', ...where, ...session, '-R', '-C', '2');
    expect([await second.exited, second.err]).toEqual([0, '']);
    expect(second.out).toBe('a/queue 1 0 1\na/queue 2 0 2\n');
  });
});
