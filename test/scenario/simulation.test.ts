import { describe, expect, it } from 'vitest';
import type { Client } from '../../src/scenario/client.ts';
import { CallError } from '../../src/scenario/errors.ts';
import type { Simulation } from '../../src/scenario/simulation.ts';
import { told } from './told.ts';

/** A hub and a client that is connected to it. */
async function pair(sim: Simulation, options = {}) {
  const hub = sim.broker('hub');
  const lamp = sim.client('lamp', options);
  await lamp.connect(hub);
  return { hub, lamp };
}

describe('time in a script', () => {
  it('passes only while the script sleeps', async () => {
    const seen: number[] = [];
    const { virtualMicros } = await told(async (sim) => {
      seen.push(sim.now);
      await sim.sleep('1.5s');
      seen.push(sim.now);
      await Promise.all([sim.sleep('2s'), sim.sleep('1s')]);
      seen.push(sim.now);
    });
    expect(seen).toEqual([0, 1_500_000, 3_500_000]);
    expect(virtualMicros).toBe(3_500_000);
  });

  it('repeats with every until it is stopped, and comes once with at', async () => {
    const seen: string[] = [];
    await told(async (sim) => {
      const stop = sim.every('10s', () => seen.push(`every ${sim.now / 1e6}`));
      sim.at('15s', () => seen.push(`at ${sim.now / 1e6}`));
      const forget = sim.at('16s', () => seen.push('forgotten'));
      forget();
      await sim.sleep('31s');
      stop();
      await sim.sleep('30s');
    });
    expect(seen).toEqual(['every 10', 'at 15', 'every 20', 'every 30']);
  });

  it.each<[string, (sim: Simulation) => unknown, string]>([
    ['sleep', (sim) => sim.sleep(3 as never), 'the duration of sleep is the bare number 3'],
    ['every', (sim) => sim.every(3 as never, () => {}), 'the period of every is the bare number 3'],
    ['every 0s', (sim) => sim.every('0s', () => {}), "the period of every is '0s'"],
    ['link', (sim) => sim.link(sim.peer('a'), sim.peer('b'), { latency: 3 as never }), 'bare number 3'],
    [
      'keepAlive',
      (sim) => sim.client('a', { keepAlive: 60 as never }),
      "keepAlive of client 'a' is the bare number 60",
    ],
    [
      'keepAlive in parts',
      (sim) => sim.client('a', { keepAlive: '1.5s' }),
      'MQTT counts it in whole seconds',
    ],
    ['crash', (sim) => sim.broker('a').crash({ for: 3 as never }), 'bare number 3'],
    ['a slash', (sim) => sim.broker('a/b'), 'must not contain "/"'],
    [
      'an option',
      (sim) => sim.client('a', { keepalive: '1s' } as never),
      "client 'a' has no option 'keepalive'",
    ],
    ['a name twice', (sim) => [sim.client('a', {}), sim.client('a', {})], "there is a client 'a' already"],
    [
      'crash as text',
      (sim) => sim.broker('a').crash('5s' as never),
      'the options of crash of \'a\' must be an object such as { for: ... }, not "5s"',
    ],
    [
      'crash option',
      (sim) => sim.broker('a').crash({ four: '5s' } as never),
      "crash of 'a' has no option 'four'",
    ],
    [
      'slowDisk option',
      (sim) => sim.broker('a').slowDisk({ by: '5s', four: '5s' } as never),
      "slowDisk of 'a' has no option 'four'; it has for, by",
    ],
    ['fillDisk as text', (sim) => sim.broker('a').fillDisk('5s' as never), 'such as { for: ... }, not "5s"'],
    [
      'powerCut option',
      (sim) => sim.broker('a').powerCut({ tron: true } as never),
      "powerCut of 'a' has no option 'tron'; it has for, torn",
    ],
    [
      'partition as text',
      (sim) => sim.link(sim.peer('a'), sim.peer('b')).partition('5s' as never),
      'the options of partition of link \'a~b\' must be an object such as { for: ... }, not "5s"',
    ],
    [
      'lose option',
      (sim) => sim.link(sim.peer('a'), sim.peer('b')).lose({ loss: 0.1 } as never),
      "lose of link 'a~b' has no option 'loss'; it has for, probability, direction",
    ],
    ['a number as name', (sim) => sim.client(5 as never), 'the name of a client must be a string, not 5'],
    [
      'no name',
      (sim) => sim.broker(undefined as never),
      'the name of a broker must be a string, not undefined',
    ],
    [
      'clientId',
      (sim) => sim.client('a', { clientId: 5 as never }),
      "clientId of client 'a' must be a string, not 5",
    ],
    [
      'cleanStart',
      (sim) => sim.client('a', { cleanStart: 'no' as never }),
      'cleanStart of client \'a\' is "no"; it can be true or false',
    ],
    [
      'durability',
      (sim) => sim.client('a', { durability: 'none at all' as never }),
      'durability of client \'a\' is "none at all"; it can be sync, interval, none',
    ],
    [
      'durability of a broker',
      (sim) => sim.broker('a', { durability: 'some' as never }),
      'durability of broker \'a\' is "some"; it can be sync, interval, none',
    ],
    ['maximumQoS', (sim) => sim.broker('a', { maximumQoS: 7 as never }), "maximumQoS of broker 'a' is 7"],
    ['overlap', (sim) => sim.broker('a', { overlap: 'x' as never }), 'it can be once, each'],
    ['queueQoS0', (sim) => sim.broker('a', { queueQoS0: 1 as never }), 'it can be true or false'],
    [
      'will QoS',
      (sim) => sim.client('a', { will: { topic: 'gone', qos: 3 as never } }),
      "the QoS of the will of client 'a' is 3; it can be 0, 1, 2",
    ],
    [
      'retain',
      (sim) => sim.client('a').publish('t', 'x', { retain: 'no' as never }),
      'retain of a publish of client \'a\' is "no"; it can be true or false',
    ],
    ['note', (sim) => sim.note(Symbol('x') as never), 'a note must be a string, not Symbol(x)'],
    ['random', (sim) => sim.random(5 as never), 'the name of a stream of random must be a string, not 5'],
    ['a promise', (sim) => sim.always(Promise.resolve(true) as never, 'x'), 'a promise (await it first)'],
    ['a callback', (sim) => sim.every('1s', 3 as never), 'every needs a function to call, not number'],
    [
      'link option',
      (sim) => sim.link(sim.peer('a'), sim.peer('b'), { los: 1 } as never),
      "link 'a~b' has no option 'los'",
    ],
    [
      'preset',
      (sim) => sim.link(sim.peer('a'), sim.peer('b'), { preset: 'tin' as never }),
      'the preset of link \'a~b\' is "tin"; it can be lan',
    ],
    ['a link to itself', (sim) => sim.link('a', 'a'), 'a link needs two nodes'],
  ])('refuses a wrong %s with the line of the script', async (_what, wrong, message) => {
    const { verdict, error } = await told(async (sim) => {
      await sim.sleep('2s');
      await wrong(sim);
    });
    expect(verdict).toBe('script-error');
    expect(error?.message).toContain(message);
    expect(error).toMatchObject({ blame: 'script', atMicros: 2_000_000 });
    expect(error?.site).toMatch(/simulation\.test\.ts:\d+:\d+$/);
  });
});

describe('a client in a script', () => {
  it('keeps the last messages it received, and counts all', async () => {
    await told(async (sim) => {
      const { lamp } = await pair(sim, { keepReceived: 3 });
      await lamp.subscribe('n', { qos: 1 });
      for (let n = 0; n < 10; n++) await lamp.publish('n', `${n}`, { qos: 1 });
      await sim.quiet();
      expect(lamp.received.length).toBe(10);
      expect([...lamp.received].map(({ text }) => text)).toEqual(['7', '8', '9']);
      expect(lamp.received.at(-1)?.text).toBe('9');
      expect(lamp.received.at(10)).toBeUndefined();
      expect(() => lamp.received.at(6)).toThrow('message 6 is no longer kept');
    }).then(({ error }) => expect(error).toBeUndefined());
  });

  it('waits for the next message that matches, each only once', async () => {
    const { error } = await told(async (sim) => {
      const { lamp } = await pair(sim);
      await lamp.subscribe('#', { qos: 1 });
      for (const topic of ['a', 'b', 'a']) await lamp.publish(topic, topic, { qos: 1 });
      await sim.sleep('1s');
      expect((await lamp.next('b')).topic).toBe('b');
      expect((await lamp.next('a')).topic).toBe('a');
      expect((await lamp.next()).topic).toBe('a');
      sim.at('10s', () => lamp.publish('late', 'x', { qos: 1 }));
      expect((await lamp.next('late')).at).toBeGreaterThan(10_000_000);
      await expect(lamp.next('never', { within: '5s' })).rejects.toThrow(
        "5s passed without a message on 'never' for client 'lamp'",
      );
    });
    expect(error).toBeUndefined();
  });

  it('may answer a message from its handler', async () => {
    const { error } = await told(async (sim) => {
      const { lamp } = await pair(sim);
      await lamp.subscribe('ask', { qos: 2 });
      await lamp.subscribe('answer', { qos: 2 });
      lamp.on('message', ({ topic, text }) => {
        if (topic === 'ask') lamp.publish('answer', `${text}!`, { qos: 2 });
      });
      lamp.publish('ask', 'why', { qos: 2 });
      expect((await lamp.next('answer')).text).toBe('why!');
    });
    expect(error).toBeUndefined();
  });

  it('comes back after a crash and finds its session', async () => {
    const { error, trace } = await told(async (sim) => {
      const { lamp, hub } = await pair(sim, { cleanStart: false, sessionExpiry: '1h' });
      await lamp.subscribe('n', { qos: 1 });
      const other = sim.client('other');
      await other.connect(hub);
      lamp.crash({ for: '5s' });
      expect(lamp.alive).toBe(false);
      await expect(lamp.publish('n', 'down', { qos: 1 })).rejects.toMatchObject({ kind: 'crashed' });
      await other.publish('n', 'while it was away', { qos: 1 });
      expect((await lamp.next('n')).text).toBe('while it was away');
      expect(lamp.restarts).toBe(1);
    });
    expect(error).toBeUndefined();
    const calls = trace.flatMap((event) =>
      event.k === 'app.call' && event.n === 'lamp' ? [[event.call, event.op]] : [],
    );
    expect(calls).toEqual([
      [1, 'connect'],
      [2, 'subscribe'],
      [3, 'connect'],
    ]);
  });

  it('fails the calls that die with it', async () => {
    const { error } = await told(async (sim) => {
      const { lamp, hub } = await pair(sim);
      hub.crash();
      const call = lamp.publish('n', 'x', { qos: 1 });
      sim.at('1s', () => lamp.powerCut());
      await expect(call).rejects.toThrow(CallError);
      await expect(call).rejects.toThrow("publish of client 'lamp' to 'n': its process died");
    });
    expect(error).toBeUndefined();
  });

  it('records what the application does, with what follows from it', async () => {
    const { trace } = await told(async (sim) => {
      const { lamp } = await pair(sim);
      await lamp.publish('n', 'x', { qos: 1 });
    });
    const call = trace.find((event) => event.k === 'app.call' && event.op === 'publish')!;
    const sent = trace.find((event) => event.k === 'packet.sent' && event.c === call.i);
    expect(sent).toMatchObject({ n: 'lamp', conn: 'lamp>hub#1' });
    expect(trace.find((event) => event.k === 'app.settled' && event.call === 2)).toMatchObject({
      outcome: 'ok',
    });
  });
});

describe('a call that nobody awaits', () => {
  it('is reported when it fails for a reason of the network, and fails nothing', async () => {
    const { verdict, neglected } = await told(async (sim) => {
      const { lamp } = await pair(sim, { queueLimit: 1 });
      sim.broker('hub').crash();
      await sim.sleep('1s');
      for (let n = 0; n < 3; n++) lamp.publish('n', `${n}`, { qos: 1 });
      await sim.sleep('1s');
    });
    expect(verdict).toBe('passed');
    expect(neglected.map(({ message }) => message)).toEqual([
      "publish of client 'lamp' to 'n': 1 messages are queued already",
      "publish of client 'lamp' to 'n': 1 messages are queued already",
    ]);
  });

  it('is a mistake of the script when no client could carry it out', async () => {
    const { verdict, error } = await told(async (sim) => {
      const { lamp } = await pair(sim);
      lamp.publish('a/#', 'x');
      await sim.sleep('1s');
    });
    expect(verdict).toBe('script-error');
    expect(error?.message).toContain("publish of client 'lamp' to 'a/#'");
    expect(error?.site).toMatch(/simulation\.test\.ts:\d+:\d+$/);
  });

  it('is one line however long its topic or its list of filters is', async () => {
    const said = async (call: (lamp: Client) => unknown) =>
      (
        await told(async (sim) => {
          call((await pair(sim)).lamp);
          await sim.sleep('1s');
        })
      ).error?.message;
    expect(await said((lamp) => lamp.publish('a'.repeat(65_536), 'x'))).toMatch(
      /^publish of client 'lamp' to 'a{80}\.\.\. of 65536 characters': /,
    );
    const filters = Array.from({ length: 1_000 }, (_, n) => `${n}/#/${n}`);
    expect(await said((lamp) => lamp.subscribe(filters))).toMatch(
      /^subscribe of client 'lamp' to '0\/#\/0', .*, '4\/#\/4', and 995 more: /,
    );
  });

  it('is not reported when it was awaited later', async () => {
    const { neglected, error } = await told(async (sim) => {
      const lamp = sim.client('lamp', { reconnect: 'off' });
      const peer = sim.peer('nobody');
      const call = lamp.connect(peer);
      await sim.sleep('5s');
      await expect(call).rejects.toThrow(CallError);
    });
    expect(error).toBeUndefined();
    expect(neglected).toEqual([]);
  });
});

describe('quiet', () => {
  it('stops every, heals the network, starts what is down, and waits until nobody owes anybody anything', async () => {
    const { error } = await told(async (sim) => {
      const hub = sim.broker('hub');
      const lamp = sim.client('lamp');
      const wire = sim.link(lamp, hub, { latency: '20ms' });
      await lamp.connect(hub);
      await lamp.subscribe('n', { qos: 2 });
      let ticks = 0;
      sim.every('1s', () => ticks++);
      wire.partition();
      hub.crash();
      lamp.publish('n', 'x', { qos: 2 });
      await sim.sleep('3500ms');
      await sim.quiet();
      expect(ticks).toBe(3);
      expect(hub.alive).toBe(true);
      expect(lamp.connected).toBe(true);
      expect(lamp.inflight + lamp.queued).toBe(0);
    });
    expect(error).toBeUndefined();
  });

  it('gives up after an hour and says who waits for what', async () => {
    const { verdict, error } = await told(async (sim) => {
      const mute = sim.peer('mute');
      mute.listen();
      sim.client('lamp', { connectTimeout: '9h' }).connect(mute);
      await sim.sleep('1s');
      await sim.quiet();
    });
    expect(verdict).toBe('failed');
    expect(error?.name).toBe('UnquietError');
    expect(error?.message).toContain('after 1h lamp waits for CONNACK');
    expect(error?.atMicros).toBe(3_601_000_000);
  });
});

describe('assertions', () => {
  it('are counted by their text, and the first broken one has its place', async () => {
    const { asserts, verdict } = await told(async (sim) => {
      for (let n = 0; n < 4; n++) {
        sim.always(n < 2, 'below two');
        sim.sometimes(n === 3, 'three was reached');
        await sim.sleep('1s');
      }
    });
    expect(verdict).toBe('failed');
    expect(asserts).toEqual([
      {
        assertion: 'always',
        text: 'below two',
        evaluated: 4,
        held: 2,
        brokenAtMicros: 2_000_000,
        brokenAt: expect.stringMatching(/simulation\.test\.ts:\d+:\d+$/) as string,
      },
      expect.objectContaining({ assertion: 'sometimes', evaluated: 4, held: 1 }),
    ]);
  });

  it('of the kind sometimes fail no single run', async () => {
    expect((await told((sim) => sim.sometimes(false, 'never'))).verdict).toBe('passed');
  });
});

describe('chance in a script', () => {
  it('belongs to the seed and to the name of its stream', async () => {
    const draws = async (seed: string, first: string) => {
      const seen: number[] = [];
      await told(
        (sim) => {
          sim.random(first);
          seen.push(sim.random('wind'));
        },
        { seed },
      );
      return seen[0];
    };
    const drawn = await draws('1', 'rain');
    expect(await draws('1', 'snow')).toBe(drawn);
    expect(await draws('1', 'wind')).not.toBe(drawn);
    expect(await draws('2', 'rain')).not.toBe(drawn);
  });
});

describe('a link', () => {
  it('takes a preset, and what is said beside it instead', async () => {
    const { trace } = await told((sim) => {
      sim.link(sim.peer('a'), sim.peer('b'), { preset: 'lte', loss: 0.5 });
      sim.link('a', sim.peer('c'), { preset: 'lte', latency: ['1ms', '2ms'] });
    });
    const [ab, ac] = trace.flatMap((event) => (event.k === 'link.added' ? [event.description] : []));
    expect(ab).toMatch(/bit\/s/);
    expect(ab).toContain('loss 0.5');
    expect(ac).toContain('latency 1ms to 2ms');
  });
});

describe('a peer', () => {
  it('speaks bytes and packets with a broker', async () => {
    const { error } = await told(async (sim) => {
      sim.broker('hub');
      const wire = sim.peer('probe').dial('hub');
      await wire.opened();
      wire.send({ type: 'connect', protocolVersion: 4, clientId: 'probe', cleanStart: true, keepAlive: 0 });
      expect(await wire.packet()).toMatchObject({ type: 'connack', reasonCode: 0 });
      wire.send(Uint8Array.of(0xc0));
      wire.send(Uint8Array.of(0x00));
      expect(await wire.packet()).toMatchObject({ type: 'pingresp' });
      expect([...(await wire.read())]).toEqual([0x20, 2, 0, 0, 0xd0, 0]);
      wire.send(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff));
      expect(await wire.ended()).toBeDefined();
      expect(await wire.packet()).toBeUndefined();
    });
    expect(error).toBeUndefined();
  });

  it('can stand in for a broker', async () => {
    const { error } = await told(async (sim) => {
      const server = sim.peer('server');
      server.listen();
      const call = sim.client('lamp').connect(server);
      const wire = await server.accept();
      expect(await wire.packet()).toMatchObject({ type: 'connect', clientId: 'lamp' });
      wire.send({ type: 'connack', sessionPresent: false, reasonCode: 0x87 });
      await expect(call).rejects.toMatchObject({ kind: 'refused', reasonCode: 0x87 });
    });
    expect(error).toBeUndefined();
  });
});

describe('a call to a client that is stopped', () => {
  it('fails when its process dies before it goes on', async () => {
    const { verdict } = await told(async (sim) => {
      const hub = sim.broker('hub');
      const lamp = sim.client('lamp');
      lamp.pause();
      const connecting = lamp.connect(hub).then(
        () => 'connected',
        ({ kind }) => kind,
      );
      await sim.sleep('1s');
      lamp.crash({ for: '1s' });
      sim.always((await connecting) === 'crashed', 'it tells');
    });
    expect(verdict).toBe('passed');
  });
});

describe('a slow consumer', () => {
  it.each(['ideal', 'tcp'] as const)(
    'has its messages wait at the hub over %s, and gets each once when it is faster',
    async (transport) => {
      const { verdict, report, trace } = await told(
        async (sim) => {
          const hub = sim.broker('hub');
          const [sensor, screen] = [sim.client('sensor'), sim.client('screen')];
          for (const client of [sensor, screen]) await client.connect(hub);
          await screen.subscribe('t', { qos: 2 });
          screen.readSlowly({ bytesPerSecond: 2_000 });
          for (let i = 0; i < 20; i++) await sensor.publish('t', 'x'.repeat(10_000), { qos: 2 });
          await sim.sleep('10s');
          sim.always(screen.received.length === 2, 'it has what 20,000 bytes hold');
          await sim.quiet();
          sim.always(screen.received.length === 20, 'it has all of them');
        },
        { transport },
      );
      expect(report?.violations).toEqual([]);
      expect(verdict).toBe('passed');
      expect(trace).toContainEqual(
        expect.objectContaining({ fault: 'screen/slow-consumer#1', detail: { bytesPerSecond: 2_000 } }),
      );
    },
  );

  it('that is the hub takes a client for silent whose PINGREQ it has not read [5.0/MQTT-3.1.2-22]', async () => {
    const { verdict, report, trace } = await told(async (sim) => {
      const hub = sim.broker('hub');
      const sensor = sim.client('sensor', { keepAlive: '10s' });
      await sensor.connect(hub);
      hub.readSlowly({ bytesPerSecond: 20, for: '2min' });
      for (let i = 0; i < 10; i++) void sensor.publish('t', 'x'.repeat(1_000)).catch(() => {});
      await sim.sleep('2min');
      await sim.quiet();
    });
    expect(report?.violations).toEqual([]);
    expect(verdict).toBe('passed');
    const disconnects = trace.filter((event) => event.k === 'packet.sent' && event.bytes[0] === 0xe0);
    expect(disconnects[0]).toMatchObject({ n: 'hub', bytes: expect.objectContaining({ 0: 0xe0, 2: 0x8d }) });
  });

  it('needs to know how slow it is', async () => {
    const { error } = await told((sim) => sim.client('lamp').readSlowly({ rate: 5 } as never));
    expect(error?.message).toContain("readSlowly of 'lamp'");
  });
});

describe('quiet()', () => {
  it('waits for a client to notice that nobody is at the other end, and to come back', async () => {
    const { verdict, virtualMicros } = await told(async (sim) => {
      const hub = sim.broker('hub');
      const [sensor, screen] = ['sensor', 'screen'].map((name) =>
        sim.client(name, { cleanStart: false, sessionExpiry: '1h', keepAlive: '30s' }),
      );
      const link = sim.link(screen!, hub);
      for (const client of [sensor!, screen!]) await client.connect(hub);
      await screen!.subscribe('t', { qos: 1 });
      link.blackHole();
      hub.crash({ for: '1s' });
      await sim.sleep('5s');
      await sensor!.publish('t', 'news', { qos: 1 });
      await sim.quiet();
      sim.always(screen!.received.length === 1, 'the message comes');
    });
    expect(verdict).toBe('passed');
    expect(virtualMicros).toBeGreaterThan(30_000_000);
  });

  it('waits for the goodbye of a process that died while its link was cut', async () => {
    const { verdict } = await told(
      async (sim) => {
        const hub = sim.broker('hub');
        const screen = sim.client('screen', { cleanStart: false, keepAlive: '0s' });
        const link = sim.link(screen, hub);
        await screen.connect(hub);
        await screen.subscribe('t', { qos: 1 });
        link.partition();
        hub.crash();
        await sim.sleep('3s');
        await sim.quiet();
        const sensor = sim.client('sensor');
        await sensor.connect(hub);
        await sensor.publish('t', 'news', { qos: 1 });
        await sim.quiet();
        sim.always(screen.received.length === 1, 'the screen is back before quiet() ends');
      },
      { transport: 'tcp' },
    );
    expect(verdict).toBe('passed');
  });

  it('asks nothing of bytes that a middlebox has swallowed and their sender given up', async () => {
    const { verdict } = await told(
      async (sim) => {
        const hub = sim.broker('hub');
        const stranger = sim.peer('stranger');
        const link = sim.link(stranger, hub);
        const door = stranger.dial(hub);
        await door.opened();
        // Of 3.1.1, without a keep-alive.
        door.send(Uint8Array.of(0x10, 13, 0, 4, 77, 81, 84, 84, 4, 2, 0, 0, 0, 1, 115));
        await sim.sleep('1s');
        link.blackHole();
        door.send(Uint8Array.of(0xc0, 0));
        door.send(Uint8Array.of(0x30, 3, 0, 1, 116));
        door.close();
        await sim.quiet();
      },
      { transport: 'tcp' },
    );
    expect(verdict).toBe('passed');
  });

  it('asks nothing of a half-open connection on which nobody keeps alive', async () => {
    const { verdict } = await told(async (sim) => {
      const hub = sim.broker('hub');
      const screen = sim.client('screen', { keepAlive: '0s' });
      const link = sim.link(screen, hub);
      await screen.connect(hub);
      link.blackHole();
      await sim.quiet();
    });
    expect(verdict).toBe('passed');
  });
});
