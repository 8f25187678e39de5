/** Dialogues by the real command: in the simulation, and against a broker on a socket. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { broker, Child, Watch } from '../net/stage.ts';
import { repository } from '../programs.ts';
import { Commands } from './command.ts';

const bin = join(repository, 'bin', 'amber.js');
const dialogue = (name: string) => join(repository, 'test', 'dialogues', `${name}.dialogue`);
let directory: string;
let commands: Commands;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'amber-talk-'));
  commands = new Commands(directory);
});
afterAll(() => {
  commands.end();
  rmSync(directory, { recursive: true, force: true });
});

const talk = (...args: string[]) => commands.run(['talk', ...args]);

describe('amber talk', () => {
  it('plays in every version against the broker of the simulation', async () => {
    const { code, out } = await talk(dialogue('retained-late'), dialogue('ping'));
    expect(code).toBe(0);
    expect(out).toMatch(/^as written +3\.1\.1 +The late subscriber/m);
    expect(out).toMatch(/^as written +5\.0 +PINGREQ is answered/m);
    expect(out).toContain('4 dialogues played, all as written');
  });

  it('says which line went otherwise, what came, and what decides', async () => {
    const path = join(directory, 'wrong.dialogue');
    writeFileSync(
      path,
      'title: Wrong\nversions: 5.0\nproves: 5.0/MQTT-3.12.4-1\na connects\na > pingreq\na < puback 1\n',
    );
    const { code, out } = await talk(path);
    expect(code).toBe(1);
    expect(out).toContain(`${path}:6`);
    expect(out).toContain('expected  a < puback 1');
    expect(out).toContain('but       pingresp came');
    expect(out).toContain('5.0/MQTT-3.12.4-1');
  });

  it.each([
    [[], /something is missing/],
    [['nowhere.dialogue'], /there is no file nowhere\.dialogue/],
    [[dialogue('ping'), '--to', 'nowhere'], /--to is 'nowhere'/],
    [[dialogue('ping'), '--protocol', '4'], /--protocol is '4'/],
    [[dialogue('connect-31'), '--protocol', '5.0'], /none of these dialogues is for 5\.0/],
  ])('refuses %j with one line', async (args, message) => {
    const { code, out, err } = await talk(...args);
    expect([code, out, err.split('\n').length]).toEqual([2, '', 2]);
    expect(err).toMatch(message);
  });

  it('ends when all is played, leaves nobody connected and no will behind', async () => {
    const watch = new Watch();
    const server = await broker({ trace: watch.trace });
    const path = join(directory, 'wills.dialogue');
    writeFileSync(
      path,
      'title: Wills\nversions: 3.1.1, 5.0\nproves: 3.1.1/MQTT-3.1.0-1\na connects willTopic=t willPayload=x\na connects willTopic=t willPayload=x\n',
    );
    const to = `127.0.0.1:${server.address.port}`;
    const child = new Child(process.execPath, [bin, 'talk', path, '--to', to]);
    expect([await child.exited, child.err]).toEqual([0, '']);
    expect(server.connections).toBe(0);
    const goodbyes = watch.events.filter(
      (event) => event.k === 'packet.sent' && event.n === 'a' && event.bytes[0] === 0xe0,
    );
    expect(goodbyes).toHaveLength(2);
  });

  it('says that no broker is there', async () => {
    const { code, err } = await talk(dialogue('ping'), '--to', '127.0.0.1:1');
    expect(code).toBe(5);
    expect(err).toMatch(/^amber: no broker answers at 127\.0\.0\.1:1 \(ECONNREFUSED\)\n$/);
  });
});
