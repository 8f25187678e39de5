/** `mqtt-amber/aedes`: a broker of the npm package `aedes` on a node of its own, with its state on the virtual disk when it is to last. */
import type { Aedes, AedesOptions } from 'aedes';
import type { HostedDisk } from '../scenario/hosting.ts';
import type { Simulation } from '../scenario/simulation.ts';
import { type Persistence, STORE, serveAedes, serveWebSockets } from './aedes-server.ts';
import { hostOf, libraryOf, type Mounted, type MountSettings } from './mounted.ts';

export type { Mounted, MountSettings } from './mounted.ts';

export interface AedesBrokerOptions extends AedesOptions {
  /**
   * Keeps sessions, queues, retained messages and wills on the disk of the node, from life to life, with the package
   * `aedes-persistence-level`; without it they are in memory, and gone with the process.
   */
  durable?: boolean;
  /** Takes MQTT over WebSocket as well, at this port, with the package `ws`. */
  websocket?: {
    port: number;
    /** Imports it, where it is not the version that mqtt-amber has. */
    library?: MountSettings['library'];
  };
}

/**
 * A node that runs a broker of aedes on port 1883, and does so again at each restart. The broker is the library's own, at the version that
 * is installed.
 *
 * @param options those of aedes, and `durable`.
 * @param settings of the node, as `sim.host` takes them, unless the script has made it before, to lay a link to it: with `promises` the
 *   judge holds the broker to them, without them to the standard; and which library.
 * @returns once it listens.
 * @throws ScriptError (as a rejection) when a package is not there.
 * @example
 * const hub = await aedes(sim, 'hub', { durable: true });
 * hub.crash({ for: '2s' });
 */
export async function aedes(
  sim: Simulation,
  name: string,
  options: AedesBrokerOptions = {},
  settings: MountSettings = {},
): Promise<Mounted<Aedes>> {
  const node = hostOf(sim, name, settings);
  const { durable = false, websocket, ...given } = options;
  await node.boot(async ({ disk }) => {
    const library = await libraryOf('aedes', settings, () => import('aedes'));
    const kept = durable ? { persistence: await persistenceOn(disk) } : {};
    const broker = await serveAedes(library, { ...given, ...kept });
    if (websocket !== undefined) {
      const { port, library: ws } = websocket;
      await serveWebSockets(
        broker,
        await libraryOf('ws', ws === undefined ? {} : { library: ws }, () => import('ws')),
        port,
      );
    }
    return broker;
  });
  return node as Mounted<Aedes>;
}

async function persistenceOn(disk: HostedDisk): Promise<unknown> {
  const { default: persistence } = (await libraryOf(
    'aedes-persistence-level',
    {},
    () => import('aedes-persistence-level' as string),
  )) as unknown as Persistence;
  return persistence(disk.open(STORE));
}
