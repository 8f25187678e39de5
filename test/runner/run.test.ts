import { describe, expect, it } from 'vitest';
import { run } from '../../src/runner/run.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import type { TraceHeader } from '../../src/trace/event.ts';
import { validateHeader } from '../../src/trace/validate.ts';
import { substitutionNamed } from '../../src/zoo/index.ts';
import { told } from '../scenario/told.ts';

describe('a run', () => {
  it('has one digest for a seed, at every level, with and without the judge', async () => {
    const story = async (sim: Parameters<Parameters<typeof told>[0]>[0]) => {
      const hub = sim.broker('hub');
      const lamp = sim.client('lamp');
      sim.link(lamp, hub, { latency: ['5ms', '50ms'], loss: 0.1 });
      await lamp.connect(hub);
      await lamp.subscribe('n', { qos: 2 });
      for (let n = 0; n < 20; n++) lamp.publish('n', `${n} ${sim.random()}`, { qos: 2 });
      await sim.quiet();
    };
    const digests = new Set<string>();
    for (const level of ['digest', 'packets', 'full'] as const) {
      for (const checks of ['all', 'none'] as const)
        digests.add((await told(story, { level, checks })).digest);
    }
    expect([...digests]).toHaveLength(1);
    expect(digests.has((await told(story, { seed: 2 })).digest)).toBe(false);
  });

  it('leaves everybody alone when a node is added that talks to nobody', async () => {
    const packets = async (names: readonly string[]) => {
      const { trace } = await told(
        async (sim) => {
          const hub = sim.broker('hub');
          for (const name of names) sim.client(name);
          const lamp = sim.client('lamp');
          sim.link(lamp, hub, { latency: ['5ms', '50ms'], loss: 0.2 });
          await lamp.connect(hub);
          for (let n = 0; n < 10; n++) await lamp.publish('n', `${n}`, { qos: 2 });
        },
        { transport: 'tcp' },
      );
      return trace.flatMap((event) =>
        event.k === 'packet.sent' ? [[event.t, event.n, event.bytes.join()]] : [],
      );
    };
    const alone = await packets([]);
    expect(alone.length).toBeGreaterThan(40);
    expect(await packets(['hermit', 'another'])).toEqual(alone);
  });

  it('stalls when nothing is left to happen, and says what the script waits for and where', async () => {
    const { verdict, error } = await told(async (sim) => {
      await sim.sleep('2s');
      await sim.client('lamp').next('n');
    });
    expect(verdict).toBe('stalled');
    expect(error?.name).toBe('StalledError');
    expect(error?.message).toMatch(
      /^nothing is left to happen, and the script still waits for a message on 'n' for client 'lamp', since 00:00:02\.000000 \(.*run\.test\.ts:\d+:\d+\)$/,
    );
    expect(error?.site).toMatch(/run\.test\.ts:\d+:\d+$/);
  });

  it('stalls when the script waits for something of another world', async () => {
    const { verdict, error } = await told(() => new Promise<void>(() => {}));
    expect(verdict).toBe('stalled');
    expect(error?.message).toContain('something that is not of this simulation');
  });

  it('ends a script that sleeps for ever at its limit of virtual time', async () => {
    const { verdict, error, virtualMicros } = await told(
      async (sim) => {
        for (;;) await sim.sleep('1s');
      },
      { scenario: { limit: '1h' } },
    );
    expect(verdict).toBe('limit');
    expect(error?.message).toMatch(
      /^the run reached its limit of 1h of virtual time after \d+ events; a scenario that needs longer says so: /,
    );
    expect(virtualMicros).toBe(3_600_000_000);
  });

  it('says at its limit what the script still waits for, and where', async () => {
    const { verdict, error } = await told(
      async (sim) => {
        sim.every('1min', () => {});
        await sim.client('lamp').next('n');
      },
      { scenario: { limit: '1h' } },
    );
    expect(verdict).toBe('limit');
    expect(error?.message).toMatch(
      /; the script still waits for a message on 'n' for client 'lamp', since 00:00:00\.000000 \(.*run\.test\.ts:\d+:\d+\); /,
    );
  });

  it.each<[string, unknown, string]>([
    ['undefined', undefined, 'the script threw undefined, which is no Error and so does not say where'],
    ['null', null, 'the script threw null'],
    ['a string', 'boom', 'the script threw "boom"'],
    ['a symbol', Symbol('boom'), 'the script threw Symbol(boom)'],
    ['an object', { code: 7 }, 'the script threw {"code":7}'],
    ['an object without a prototype', Object.create(null), 'the script threw {}'],
    ['an object that refuses to be shown', { toJSON: () => 1n }, 'the script threw an object'],
    ['an error without words', new RangeError(), 'RangeError'],
  ])('fails when the script throws %s', async (_, thrown, message) => {
    const { verdict, error } = await told(async () => {
      throw thrown;
    });
    expect(verdict).toBe('script-error');
    expect(error?.blame).toBe('script');
    expect(error?.message).toContain(message);
  });

  it('ends with what a callback threw, now or later', async () => {
    for (const callback of [
      () => {
        throw new Error('in a callback');
      },
      async () => {
        throw new Error('in a callback');
      },
    ]) {
      const { verdict, error } = await told(async (sim) => {
        sim.every('3s', callback);
        await sim.sleep('1h');
      });
      expect(verdict).toBe('script-error');
      expect(error).toMatchObject({ message: 'in a callback', atMicros: 3_000_000, blame: 'script' });
    }
  });

  describe('in which a client is killed in the middle of a call', () => {
    type Story = Parameters<typeof told>[0];
    const busy: Story = async (sim) => {
      const hub = sim.broker('hub');
      const lamp = sim.client('lamp', { cleanStart: false });
      await lamp.connect(hub);
      for (let n = 0; n < 2_000; n++) {
        await lamp.publish('n', `${n}`, { qos: 1 });
        await sim.sleep('1s');
      }
    };
    /** Answers in a callback, and its answers take so long that it dies before one of them is acknowledged. */
    const answering: Story = async (sim) => {
      const hub = sim.broker('hub');
      const lamp = sim.client('lamp', { cleanStart: false });
      const clock = sim.peer('clock');
      lamp.on('message', (message) => lamp.publish('answer', message.text, { qos: 2 }));
      sim.link(lamp, hub, { latency: '400ms' });
      lamp.connect(hub);
      lamp.subscribe('n', { qos: 1 });
      const wire = clock.dial(hub);
      await wire.opened();
      wire.send({ type: 'connect', protocolVersion: 4, clientId: 'clock', cleanStart: true, keepAlive: 0 });
      for (let n = 0; n < 300; n++) {
        wire.send({
          type: 'publish',
          topic: 'n',
          payload: Uint8Array.of(48),
          qos: 0,
          retain: false,
          dup: false,
        });
        await sim.sleep('1s');
      }
      await sim.quiet();
    };

    it('by the nemesis, the story is cut short and the world comes to rest: that is no fault of its author', async () => {
      const { verdict, cutShort, error, struck } = await told(busy, { profile: 'hostile' });
      expect([verdict, error]).toEqual(['passed', undefined]);
      expect(cutShort?.message).toMatch(/lamp.*its process died$/);
      expect(
        struck.some(({ family, target }) => target === 'lamp' && ['crash', 'power-cut'].includes(family)),
      ).toBe(true);
    });

    it('by the nemesis, a callback is lost and the story goes on', async () => {
      const { verdict, cutShort, error, neglected } = await told(answering, { profile: 'hostile' });
      expect([verdict, error, cutShort]).toEqual(['passed', undefined, undefined]);
      const deaths = neglected.filter(({ message }) => message.endsWith('its process died'));
      expect(deaths.map(({ what }) => what)).toContain('a callback');
      expect(neglected.map(({ atMicros }) => atMicros)).toEqual(
        neglected.map(({ atMicros }) => atMicros).sort((a, b) => a - b),
      );
    });

    it('by the script itself, the script is wrong', async () => {
      const own: Story = async (sim) => {
        const hub = sim.broker('hub');
        const lamp = sim.client('lamp');
        await lamp.connect(hub);
        const sent = lamp.publish('n', 'x', { qos: 1 });
        lamp.crash({ for: '1s' });
        await sent;
      };
      expect((await told(own)).verdict).toBe('script-error');
    });
  });

  it('repeats without a fault that is left out', async () => {
    const story = async (sim: Parameters<Parameters<typeof told>[0]>[0]) => {
      const hub = sim.broker('hub');
      const lamp = sim.client('lamp');
      const wire = sim.link(lamp, hub);
      await lamp.connect(hub);
      wire.partition({ for: '3s' });
      hub.crash({ for: '1s' });
      await sim.sleep('10s');
    };
    const faults = (trace: Awaited<ReturnType<typeof told>>['trace']) =>
      trace.flatMap((event) => (event.k === 'fault.began' ? [event.fault] : []));
    const all = await told(story);
    expect(faults(all.trace)).toEqual(['lamp~hub/partition#1', 'hub/crash#1']);
    const fewer = await told(story, { faults: { without: ['hub/crash#1'] } });
    expect(faults(fewer.trace)).toEqual(['lamp~hub/partition#1']);
  });

  it('says in its header what it takes to have it again, as far as it is not as usual', async () => {
    const headers: TraceHeader[] = [];
    const onStart = (header: TraceHeader) => headers.push(header);
    const story = scenario('nothing', () => {});
    const surroundings = { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) };
    await run(story, { transport: 'tcp', onStart }, surroundings);
    const told = { transport: 'ideal', profile: 'calm', substitute: substitutionNamed('will-lost') } as const;
    await run(story, { ...told, onStart }, surroundings);
    const [usual, other] = headers.map((header) => JSON.parse(JSON.stringify(header)) as object);
    for (const name of ['transport', 'profile', 'mutant']) expect(usual).not.toHaveProperty(name);
    const terms = { transport: 'ideal', profile: 'calm', mutant: 'will-lost' };
    expect(other).toEqual({ ...usual, ...terms });
    expect(validateHeader(other)).toMatchObject(terms);
    expect(validateHeader(usual)).toEqual(usual);
  });

  it('says which of the parameters it cannot have, before anything happens', async () => {
    await expect(told(() => {}, { parameters: { loss: 1 } })).rejects.toThrow(
      "there is no parameter 'loss'; this scenario declares none",
    );
    await expect(told(() => {}, { seed: 'a/b' })).rejects.toThrow('the seed "a/b"');
  });
});
