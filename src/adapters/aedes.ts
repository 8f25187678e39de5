/** `mqtt-amber/aedes`: a broker of the npm package `aedes` on a node of its own, with its state on the virtual disk when it is to last. */
import type { Aedes, AedesOptions } from 'aedes';
import type { Simulation } from '../scenario/simulation.ts';
import { type Persistence, STORE, STORED_BY, serveAedes, serveWebSockets } from './aedes-server.ts';
import { hostOf, librariesOf, type Mounted, type MountSettings } from './mounted.ts';

export type { Mounted, MountSettings } from './mounted.ts';

export interface AedesBrokerOptions extends AedesOptions {
  /**
   * Keeps sessions, queues, retained messages and wills on the disk of the node, from life to life, with the packages
   * `aedes-persistence-level` and `abstract-level`; without it they are in memory, and gone with the process.
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
    const [library, level] = await librariesOf(
      { name: 'aedes', settings, usual: () => import('aedes') },
      ...(durable ? STORED_BY : []),
    );
    const kept = durable ? { persistence: (level as unknown as Persistence).default(disk.open(STORE)) } : {};
    const broker = await serveAedes(library!, { ...given, ...kept });
    if (websocket !== undefined) {
      const [ws] = await librariesOf({ name: 'ws', settings: websocket, usual: () => import('ws') });
      await serveWebSockets(broker, ws!, websocket.port);
    }
    return broker;
  });
  return node as Mounted<Aedes>;
}
