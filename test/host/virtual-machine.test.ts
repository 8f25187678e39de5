/** What `os` shows to hosted code: the machine of its node, whatever the host is. */
import os from 'node:os';
import { describe, expect, it } from 'vitest';
import { runHosted } from '../../src/host/run-hosted.ts';
import { scenario } from '../../src/scenario/scenario.ts';

const facts = () => ({
  hostname: os.hostname(),
  asText: `${os.hostname}`,
  cpus: os.cpus().length,
  parallelism: os.availableParallelism(),
  memory: os.totalmem(),
  folders: [os.homedir(), os.tmpdir()],
  uptime: os.uptime(),
  interfaces: os.networkInterfaces(),
});

describe('the machine of a hosted process', () => {
  it('is one of its node: its name, its clock, its address, one processor', async () => {
    const seen: unknown[] = [];
    const { error } = await runHosted(
      scenario('machine', async (sim) => {
        const app = sim.host('app', { cpu: { perEvent: '0us' }, env: { TMPDIR: '/var/tmp' } });
        await app.boot(() => void seen.push(facts()));
        await sim.sleep('2s');
        seen.push(await app.do(facts));
      }),
      { level: 'digest', seed: 1 },
    );
    expect(error).toBeUndefined();
    const booted = {
      hostname: 'app',
      asText: 'app',
      cpus: 1,
      parallelism: 1,
      memory: 2 ** 30,
      folders: ['/root', '/var/tmp'],
      uptime: 0,
      interfaces: {
        lo: [
          {
            address: '127.0.0.1',
            netmask: '255.0.0.0',
            family: 'IPv4',
            mac: '00:00:00:00:00:00',
            internal: true,
            cidr: '127.0.0.1/8',
          },
        ],
        eth0: [
          {
            address: expect.stringMatching(/^10\./),
            netmask: '255.0.0.0',
            family: 'IPv4',
            mac: expect.stringMatching(/^02:00:0a(?::[0-9a-f]{2}){3}$/),
            internal: false,
            cidr: expect.stringMatching(/^10\..*\/8$/),
          },
        ],
      },
    };
    expect(seen).toEqual([booted, { ...booted, uptime: 2 }]);
  });

  it('is the real one outside of runs', () => {
    expect([os.hostname(), `${os.hostname}`]).not.toContain('app');
    expect(os.freemem()).toBeGreaterThan(0);
  });
});
