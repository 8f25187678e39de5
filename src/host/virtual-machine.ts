/** The machine that `os` shows to a hosted process: one of its node, the same on every host. */
import os from 'node:os';
import { currentProcessWorld, type ProcessWorld } from './process-world.ts';
import { replace } from './replace.ts';

type Answer = (...args: never[]) => unknown;

const MEMORY_BYTES = 2 ** 30;

const FACTS: Readonly<Record<string, (world: ProcessWorld) => unknown>> = {
  availableParallelism: () => 1,
  cpus: () => [{ model: 'virtual', speed: 1_000, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } }],
  homedir: ({ env }) => env.HOME ?? '/root',
  hostname: ({ node }) => node,
  networkInterfaces,
  tmpdir: ({ env }) => env.TMPDIR ?? '/tmp',
  totalmem: () => MEMORY_BYTES,
  uptime: ({ process }) => process.node.localNow / 1e6,
};

/** Above the refusals: of a script, and of what is no fact. */
export function installMachine(): void {
  for (const [name, fact] of Object.entries(FACTS)) {
    const virtual = (real: Answer) =>
      function (this: unknown, ...args: never[]): unknown {
        const world = currentProcessWorld();
        return world === undefined ? Reflect.apply(real, this, args) : fact(world);
      };
    const real = replace<Answer>(os, name, virtual);
    const dispatcher = Reflect.get(os, name) as object;
    const own = real === undefined ? undefined : Object.getOwnPropertyDescriptor(real, Symbol.toPrimitive);
    // `${os.hostname}` calls it.
    if (own !== undefined)
      Object.defineProperty(dispatcher, Symbol.toPrimitive, { ...own, value: virtual(own.value as Answer) });
  }
  const { navigator } = globalThis as { navigator?: object };
  if (navigator !== undefined) installNavigator(Object.getPrototypeOf(navigator) as object);
}

function installNavigator(prototype: object): void {
  const real = Object.getOwnPropertyDescriptor(prototype, 'hardwareConcurrency');
  if (real?.get === undefined) return;
  const { get } = real;
  Object.defineProperty(prototype, 'hardwareConcurrency', {
    ...real,
    get(this: unknown): unknown {
      return currentProcessWorld() === undefined ? Reflect.apply(get, this, []) : 1;
    },
  });
}

function networkInterfaces({ process, node }: ProcessWorld): NodeJS.Dict<os.NetworkInterfaceInfo[]> {
  const address = process.addressOf(node)!;
  const parts = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return {
    lo: [interfaceOf('127.0.0.1', '00:00:00:00:00:00', true)],
    // Of those that nobody sells.
    eth0: [interfaceOf(address, `02:00:${parts.join(':')}`, false)],
  };
}

function interfaceOf(address: string, mac: string, internal: boolean): os.NetworkInterfaceInfo {
  return { address, netmask: '255.0.0.0', family: 'IPv4', mac, internal, cidr: `${address}/8` };
}
