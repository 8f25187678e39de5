import crypto from 'node:crypto';
import fs, * as fsNamespace from 'node:fs';
import net from 'node:net';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installDispatchers } from '../../src/host/dispatchers.ts';
import { enterWorld, leaveWorld, RefusedCallError, type WorldPhase } from '../../src/host/script-world.ts';
import type { ScriptWorld } from '../../src/runner/run.ts';

/** A world whose time is moved by hand. */
class HandWorld implements ScriptWorld {
  now = 0;
  readonly violations: Error[] = [];
  #draws = 0;
  #due: { at: number; order: number; callback: () => void }[] = [];
  #order = 0;

  get wallMicros(): number {
    return Date.UTC(2025, 0, 1) * 1000 + this.now;
  }
  draw(): number {
    return (this.#draws++ % 10) / 10;
  }
  after(delayMicros: number, callback: () => void): () => void {
    const entry = { at: this.now + delayMicros, order: this.#order++, callback };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((other) => other !== entry);
    };
  }
  violated(error: Error): void {
    this.violations.push(error);
  }
  passTo(micros: number): void {
    for (;;) {
      this.#due.sort((a, b) => a.at - b.at || a.order - b.order);
      const next = this.#due[0];
      if (next === undefined || next.at > micros) break;
      this.#due.shift();
      this.now = next.at;
      next.callback();
    }
    this.now = micros;
  }
}

let world: HandWorld;
/** Runs something as a script would, and leaves the world again before vitest needs the real one. */
function inWorld<T>(body: () => T, phase: WorldPhase = 'running'): T {
  enterWorld(world, phase);
  try {
    return body();
  } finally {
    leaveWorld();
  }
}

beforeEach(() => {
  installDispatchers();
  world = new HandWorld();
});
afterEach(() => leaveWorld());

describe('clocks', () => {
  it('show the virtual time of the run', () => {
    world.now = 1_500_250;
    inWorld(() => {
      expect(Date.now()).toBe(Date.UTC(2025, 0, 1, 0, 0, 1, 500));
      expect(new Date().toISOString()).toBe('2025-01-01T00:00:01.500Z');
      expect(Date()).toContain('2025');
      expect(performance.now()).toBe(1500.25);
      expect(performance.timeOrigin).toBe(Date.UTC(2025, 0, 1));
      expect(process.hrtime()).toEqual([1, 500_250_000]);
      expect(process.hrtime([0, 900_000_000])).toEqual([0, 600_250_000]);
      expect(process.hrtime.bigint()).toBe(1_500_250_000n);
      expect(process.uptime()).toBe(1.50025);
      expect(new File([], 'x').lastModified).toBe(Date.UTC(2025, 0, 1, 0, 0, 1, 500));
      expect(new File([], 'x', { lastModified: 5 }).lastModified).toBe(5);
    });
  });

  it('are real without a run', () => {
    const before = Date.now();
    expect(before).toBeGreaterThan(Date.UTC(2025, 6, 1));
    expect(performance.now()).toBeGreaterThan(0);
  });

  it('leave dates that are asked for alone, and remain one class', () => {
    inWorld(() => {
      const date = new Date(2020, 1, 29);
      expect(date).toBeInstanceOf(Date);
      expect(date.getFullYear()).toBe(2020);
      expect(new (date.constructor as DateConstructor)().getUTCFullYear()).toBe(2025);
      class Stamp extends Date {}
      expect(new Stamp()).toBeInstanceOf(Stamp);
      expect(new Stamp().getTime()).toBe(Date.UTC(2025, 0, 1));
    });
  });
});

describe('language', () => {
  it('is en-US unless the script names another, and the present is virtual there too', () => {
    world.now = 5_000_000;
    inWorld(() => {
      const utc = { timeZone: 'UTC' } as const;
      expect(new Intl.DateTimeFormat(undefined, { ...utc, dateStyle: 'short' }).format()).toBe('1/1/25');
      expect(Intl.DateTimeFormat(undefined, { ...utc, second: 'numeric' }).formatToParts()[0]?.value).toBe(
        '5',
      );
      expect(new Intl.DateTimeFormat('de', utc).format(new Date(0))).toBe('1.1.1970');
      expect((1234.5).toLocaleString()).toBe('1,234.5');
      expect((1234.5).toLocaleString('de')).toBe('1.234,5');
      expect(['z', 'ä'].sort((a, b) => a.localeCompare(b))).toEqual(['ä', 'z']);
      expect(new Intl.NumberFormat().resolvedOptions().locale).toBe('en-US');
    });
  });
});

describe('timers', () => {
  it('fire in the order of their virtual time', () => {
    const fired: string[] = [];
    inWorld(() => {
      setTimeout((who: string) => fired.push(who), 20, 'late');
      timers.setTimeout(() => fired.push('early'), 10);
      setImmediate(() => fired.push('immediate'));
      const interval = setInterval(() => fired.push('tick'), 8);
      world.passTo(17_000);
      clearInterval(interval);
      world.passTo(60_000);
    });
    expect(fired).toEqual(['immediate', 'tick', 'early', 'tick', 'late']);
  });

  it('can be cleared by object, by number and by either module, and refreshed', () => {
    const fired: string[] = [];
    inWorld(() => {
      clearTimeout(setTimeout(() => fired.push('cleared'), 5));
      timers.clearTimeout(+setTimeout(() => fired.push('cleared by number'), 5));
      const refreshed = setTimeout(() => fired.push('refreshed'), 10);
      world.passTo(9_000);
      expect([refreshed.hasRef(), refreshed.unref().hasRef(), refreshed.ref().hasRef()]).toEqual([
        true,
        false,
        true,
      ]);
      refreshed.refresh();
      world.passTo(18_000);
      expect(fired).toEqual([]);
      world.passTo(19_000);
    });
    expect(fired).toEqual(['refreshed']);
  });

  it('come as promises too, and can be aborted', async () => {
    const abort = new AbortController();
    const promises = inWorld(() => {
      const started = [
        timersPromises.setTimeout(5, 'one'),
        promisify(setTimeout)(7, 'two'),
        timersPromises.setTimeout(9, 'three', { signal: abort.signal }).catch((error: Error) => error.name),
      ];
      abort.abort();
      world.passTo(10_000);
      return started;
    });
    expect(await Promise.all(promises)).toEqual(['one', 'two', 'AbortError']);
  });

  it('come from the scheduler too', async () => {
    const came: unknown[] = [];
    const abort = new AbortController();
    const { scheduler } = timersPromises;
    const waits = inWorld(() => [
      scheduler.wait(1_000).then(() => came.push('waited')),
      scheduler.wait(2_000, { signal: abort.signal }).catch((error: Error) => came.push(error.name)),
      scheduler.yield().then(() => came.push('yielded')),
    ]);
    await Promise.resolve();
    expect(came).toEqual([]);
    inWorld(() => world.passTo(0));
    await waits[2];
    inWorld(() => world.passTo(1_000_000));
    await waits[0];
    abort.abort();
    await waits[1];
    expect(came).toEqual(['yielded', 'waited', 'AbortError']);
  });

  it('are refused while a scenario is loaded', () => {
    expect(() => inWorld(() => setTimeout(() => {}, 1), 'loading')).toThrow(
      'setTimeout() is not available while a scenario is loaded: start timers inside the scenario function',
    );
  });
});

describe('chance', () => {
  it('comes from the stream of the run', () => {
    inWorld(() => {
      expect([Math.random(), Math.random()]).toEqual([0, 0.1]);
      expect([...crypto.getRandomValues(new Uint8Array(2))]).toEqual([51, 76]);
      expect([...crypto.randomBytes(2)]).toEqual([102, 128]);
      expect(crypto.randomInt(10, 20)).toBe(16);
      expect(crypto.randomUUID()).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    });
    const again = new HandWorld();
    world = again;
    expect(inWorld(() => globalThis.crypto.randomUUID())).toBe(
      inWorld(() => {
        world = new HandWorld();
        leaveWorld();
        enterWorld(world, 'running');
        return crypto.randomUUID();
      }),
    );
  });

  it('calls back in an event, as Node does on another tick', () => {
    const got: unknown[] = [];
    inWorld(() => {
      crypto.randomBytes(1, (_error, bytes) => got.push(bytes[0]));
      expect(got).toEqual([]);
      world.passTo(0);
    });
    expect(got).toEqual([0]);
  });
});

describe('the outside world', () => {
  it.each<[string, () => unknown]>([
    ['fs.readFileSync', () => fs.readFileSync('/etc/hostname')],
    ['fs.readFileSync', () => fsNamespace.readFileSync('/etc/hostname')],
    ['fs.promises.readFile', () => fs.promises.readFile('/etc/hostname')],
    ['fetch', () => fetch('http://127.0.0.1:9/')],
    ['net.connect', () => net.connect(9)],
    ['net.Socket.connect', () => new net.Socket().connect(9)],
    ['process.exit', () => process.exit(0)],
    ['crypto.subtle.digest', () => crypto.subtle.digest('SHA-1', new Uint8Array(1))],
    ['AbortSignal.timeout', () => AbortSignal.timeout(1)],
    ['new MessageChannel', () => new MessageChannel()],
  ])('refuses %s by name, and the run learns of it even if the script catches it', (call, body) => {
    expect(() => inWorld(body)).toThrow(RefusedCallError);
    expect(world.violations.map((error) => error.message)).toEqual([
      expect.stringContaining(`${call}() is not available while a scenario runs`),
    ]);
  });

  it('can be read while a scenario is loaded', () => {
    expect(inWorld(() => fs.readFileSync(new URL(import.meta.url)), 'loading').length).toBeGreaterThan(0);
  });

  it('is as it was without a run', () => {
    expect(fs.existsSync('/')).toBe(true);
    expect(new MessageChannel()).toHaveProperty('port1');
  });

  it('carries one run a thread', () => {
    inWorld(() =>
      expect(() => enterWorld(world, 'running')).toThrow('another scenario is running on this thread'),
    );
  });
});
