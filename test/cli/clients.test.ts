/** `amber pub`, `amber sub` and `amber tap` as processes, against our own server. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { describe, expect, it } from 'vitest';
import { readTraceFile } from '../../src/host/trace-file.ts';
import { readTrace } from '../../src/trace/index.ts';
import { broker, Child, directory, Raw, Watch } from '../net/stage.ts';
import { program, repository } from '../programs.ts';

const bin = join(repository, 'bin', 'amber.js');
const amber = (...args: string[]) => new Child(process.execPath, [bin, ...args]);

/** A server that is watched, and the options that say where it is. */
async function site() {
  const watch = new Watch();
  const { port } = (await broker({ trace: watch.trace })).address;
  return { watch, port, where: ['-h', '127.0.0.1', '-p', `${port}`] };
}

async function pub(...args: string[]): Promise<void> {
  const child = amber('pub', ...args);
  expect([await child.exited, child.out, child.err]).toEqual([0, '', '']);
}

describe('amber pub and amber sub', () => {
  it.each(['0', '1', '2'])('pass on a message of QoS %s', async (qos) => {
    const { watch, where } = await site();
    const child = amber('sub', ...where, '-t', 'a/#', '-t', 'b', '-q', qos, '-C', '2', '-v');
    await watch.sent('suback');
    await pub(...where, '-t', 'a/b', '-m', 'Grüße', '-q', qos);
    await pub(...where, '-t', 'b', '-n', '-q', qos);
    expect([await child.exited, child.out, child.err]).toEqual([0, 'a/b Grüße\nb \n', '']);
  });

  it('publish a file as it is, and retain it', async () => {
    const { where } = await site();
    const path = join(directory(), 'payload');
    writeFileSync(path, Uint8Array.of(0, 255, 10, 128));
    await pub(...where, '-t', 'bytes', '-f', path, '-r');
    const child = amber('sub', ...where, '-t', 'bytes', '-C', '1');
    const chunks: Buffer[] = [];
    child.process.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    expect(await child.exited).toBe(0);
    expect([...Buffer.concat(chunks)]).toEqual([0, 255, 10, 128, 10]);
  });

  it('come back to a session, and leave a will', async () => {
    const { watch, where } = await site();
    const session = ['-c', '-i', 'worker', '-t', 'queue', '-q', '1'];
    const first = amber('sub', ...where, ...session, '--will-topic', 'wills', '--will-payload', 'killed');
    await watch.sent('suback');
    const wills = amber('sub', ...where, '-t', 'wills', '-C', '1');
    await watch.sent('suback', 2);
    first.process.kill('SIGKILL');
    expect([await wills.exited, wills.out]).toEqual([0, 'killed\n']);
    await pub(...where, '-t', 'queue', '-m', 'waits', '-q', '1');
    const second = amber('sub', ...where, ...session, '-C', '1');
    expect([await second.exited, second.out]).toEqual([0, 'waits\n']);
  });

  it('say in one line what is wrong', async () => {
    const { port, where } = await site();
    const late = amber('sub', ...where, '-t', 'a', '-C', '1', '-W', '1');
    expect([await late.exited, late.err]).toEqual([5, 'amber: 0 of 1 messages came within 1 s\n']);
    const quiet = amber('sub', ...where, '-t', 'a', '-W', '1');
    expect(await quiet.exited).toBe(0);
    const wrong = amber('pub', ...where, '-t', 'a/#', '-m', 'x');
    expect(await wrong.exited).toBe(2);
    expect(wrong.err).toMatch(/^amber: mqtt:.*\n$/);
    const twice = amber('pub', ...where, '-t', 'a', '-m', 'x', '-n');
    expect([await twice.exited, twice.err]).toEqual([
      2,
      'amber: say the message once: --message, --file, --null-message, --stdin-line or --stdin-file\n',
    ]);
    const nobody = amber('pub', '-p', '1', '-t', 'a', '-m', 'x');
    expect(await nobody.exited).toBe(5);
    expect(nobody.err).toMatch(/^amber: .*ECONNREFUSED.*\n$/);
    expect(port).toBeGreaterThan(0);
  });
});

it('amber sub ends when whoever reads what it prints has gone away, as head does', async () => {
  const { watch, where } = await site();
  const child = amber('sub', ...where, '-t', 'a');
  await watch.sent('suback');
  child.process.stdout.destroy();
  await pub(...where, '-t', 'a', '-m', 'nobody reads this');
  await watch.sent('disconnect', 2);
  expect([await child.exited, child.err]).toEqual([0, '']);
});

describe('the letters of mosquitto', () => {
  const mosquittoSub = program('mosquitto_sub');

  it('-l and -s publish what is piped in', async () => {
    const { watch, where } = await site();
    const child = amber('sub', ...where, '-t', 'a', '-C', '3', '-F', '%l %p');
    await watch.sent('suback');
    const lines = amber('pub', ...where, '-t', 'a', '-l');
    lines.process.stdin.end('one\ntwo\n');
    expect([await lines.exited, lines.err]).toEqual([0, '']);
    const whole = amber('pub', ...where, '-t', 'a', '-s');
    whole.process.stdin.end('three\nfour');
    expect([await whole.exited, whole.err]).toEqual([0, '']);
    expect([await child.exited, child.out]).toEqual([0, '3 one\n3 two\n10 three\nfour\n']);
  });

  it('-T and -R print less, and -N prints no line end', async () => {
    const { watch, where } = await site();
    await pub(...where, '-t', 'a/kept', '-m', 'x', '-r', '-q', '1');
    const child = amber('sub', ...where, '-t', 'a/#', '-R', '-T', 'a/not/+', '-N', '-v', '-C', '1');
    await watch.sent('suback');
    await pub(...where, '-t', 'a/not/this', '-m', 'x');
    await pub(...where, '-t', 'a/this', '-m', 'y');
    expect([await child.exited, child.out]).toEqual([0, 'a/this y']);
  });

  it('-L says where, who and what', async () => {
    const { watch, port } = await site();
    const child = amber('sub', '-L', `mqtt://127.0.0.1:${port}/a/b`, '-C', '1');
    await watch.sent('suback');
    await pub('-L', `mqtt://ann:secret@127.0.0.1:${port}/a/b`, '-m', 'x');
    expect([await child.exited, child.out]).toEqual([0, 'x\n']);
  });

  const FORMAT = '%t|%p|%x|%l|%q|%r|%C|%D|%F|%P|%R|%S|%%|\\t';
  const PRINTED = 'a|x|78|1|1|0|text/plain|42|1|who:me|b|7|%|\t\n';

  it.skipIf(mosquittoSub === undefined).each(['amber', 'mosquitto'])(
    '-D and -F hand over what 5.0 has, to %s sub',
    async (reader) => {
      const { watch, where } = await site();
      const args = ['-V', '5', '-t', 'a', '-q', '1', '-C', '1', '-F', FORMAT];
      args.push('-D', 'subscribe', 'subscription-identifier', '7');
      const child =
        reader === 'amber' ? amber('sub', ...where, ...args) : new Child(mosquittoSub!, [...where, ...args]);
      await watch.sent('suback');
      const properties = [
        ['content-type', 'text/plain'],
        ['correlation-data', '42'],
        ['payload-format-indicator', '1'],
        ['user-property', 'who', 'me'],
        ['response-topic', 'b'],
      ].flatMap((words) => ['-D', 'publish', ...words]);
      await pub(...where, '-V', '5', '-t', 'a', '-m', 'x', '-q', '1', ...properties);
      expect([await child.exited, child.out]).toEqual([0, PRINTED]);
    },
  );

  it.each([
    [['-F', '%z'], "--format has no '%z'"],
    [['-D', 'connect', 'receive-maximum', '0', '-V', '5'], '-D connect receive-maximum is'],
    [['-D', 'publish', 'colour', 'red', '-V', '5'], "-D publish has no property 'colour'"],
    [['-D', 'connect', 'receive-maximum', '5'], '-D and -x are for MQTT 5.0'],
    [['--cafile', '/nowhere'], 'there is no file /nowhere'],
    [['-T', 'a/#/b'], "--filter-out 'a/#/b'"],
    [['-L', 'mqtt://127.0.0.1:1/%zz'], 'a % that stands for no character'],
    [['-L', 'mqtt:broker:1883'], 'names no host'],
  ])('%j is refused in one line', async (args, said) => {
    const child = amber('sub', '-t', 'a', ...args);
    expect(await child.exited).toBe(2);
    expect(child.err).toMatch(/^amber: .*\n$/);
    expect(child.err).toContain(said);
  });
});

describe('amber tap', () => {
  it('passes on what real clients say, and leaves a whole trace of it', async () => {
    const { port } = await site();
    const trace = join(directory(), 'tap.amber.jsonl.gz');
    const child = amber('tap', '--listen', '0', '--to', `127.0.0.1:${port}`, '--trace', trace);
    const [, listens] = await child.prints(/^mqtt:\/\/127\.0\.0\.1:(\d+)$/m);
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${listens}`, {
      clientId: 'field',
      reconnectPeriod: 0,
    });
    await client.subscribeAsync('a', { qos: 1 });
    await client.publishAsync('a', 'x'.repeat(100_000), { qos: 1 });
    await client.endAsync();
    const raw = new Raw(Number(listens));
    raw.send([0x47, 0xff, 0xff, 0xff, 0xff, 0xff]);
    await raw.ended;
    child.process.kill('SIGTERM');
    expect([await child.exited, child.err]).toEqual([0, '']);
    const read = readTraceFile(trace);
    expect(read.problems).toEqual([]);
    expect(read.header).toMatchObject({ scenario: 'amber tap', vantage: 'wire' });
    const packets = read.list.flatMap((event) =>
      event.k === 'packet.sent' ? [`${event.n.replace(/^127.*/, 'somebody')} ${event.bytes[0]! >> 4}`] : [],
    );
    expect(packets.sort()).toEqual([
      'broker 2',
      'broker 3',
      'broker 4',
      'broker 9',
      'field 1',
      'field 14',
      'field 3',
      'field 4',
      'field 8',
      'somebody 4',
    ]);
    expect(read.list.some((event) => event.k === 'packet.sent' && event.malformed !== undefined)).toBe(true);
  });

  it('shows what passes in a page, with no file and to its end', async () => {
    const { port } = await site();
    const child = amber('tap', '--listen', '0', '--to', `127.0.0.1:${port}`, '--view');
    const [, listens] = await child.prints(/^mqtt:\/\/127\.0\.0\.1:(\d+)$/m);
    const [url] = await child.prints(/^http:\/\/127\.0\.0\.1:\d+\/\?trace=.*$/m);
    const address = new URL(new URL(url!).searchParams.get('trace')!, url);
    const live = await fetch(address);
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${listens}`, {
      clientId: 'field',
      reconnectPeriod: 0,
    });
    await client.endAsync();
    child.process.kill('SIGTERM');
    const read = readTrace(new Uint8Array(await live.arrayBuffer()));
    expect([await child.exited, child.err]).toEqual([0, '']);
    expect([read.problems, read.footer!.verdict]).toEqual([[], 'passed']);
    expect(read.list.some(({ n }) => n === 'field')).toBe(true);
  });

  it('resets the client when the broker is not there, and says so once', async () => {
    const trace = join(directory(), 'tap.amber.jsonl.gz');
    const child = amber('tap', '--listen', '0', '--to', '127.0.0.1:1', '--trace', trace);
    const [, listens] = await child.prints(/^mqtt:\/\/127\.0\.0\.1:(\d+)$/m);
    expect(await new Raw(Number(listens)).ended).toBe('reset');
    expect(await new Raw(Number(listens)).ended).toBe('reset');
    child.process.kill('SIGINT');
    expect(await child.exited).toBe(0);
    expect(child.err).toBe('amber: 127.0.0.1:1 cannot be reached: connect ECONNREFUSED 127.0.0.1:1\n');
  });
});
