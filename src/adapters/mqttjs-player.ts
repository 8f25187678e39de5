/** Plays the clients of a story with MQTT.js. */
import type { ClientOptions } from '../mqtt/client/application.ts';
import { clientDefaults } from '../mqtt/client/defaults.ts';
import type { Micros } from '../mqtt/machine.ts';
import type { ClientCommands, ClientPart, ClientPlayer, ClientStation } from '../scenario/cast.ts';
import type { Server } from '../sim/machine-node.ts';
import { counted } from '../trace/counted.ts';
import { HostedStation } from './hosted-station.ts';
import { MqttjsClient } from './mqttjs-client.ts';
import { NAME } from './mqttjs-options.ts';

class MqttjsStation extends HostedStation implements ClientStation {
  server: Server | undefined;
  onDied: (() => void) | undefined;
  lastSentAt: Micros | undefined;
  machine: MqttjsClient | undefined;

  constructor(part: ClientPart) {
    super(part, NAME, {
      started: (process) => {
        this.machine = new MqttjsClient(part, process, {
          server: () => this.server!,
          tell: (happens) => this.tell(happens),
          sent: () => {
            this.lastSentAt = this.simulator.now;
          },
        });
      },
      ended: () => {
        const { unfinished = 0 } = this.machine ?? {};
        if (unfinished > 0 && part.options.durability !== 'none')
          part.lacks(
            `${NAME} keeps what is under way in memory, and the process of '${part.name}' ends with ${counted(unfinished, 'message')} of it`,
          );
        this.machine = undefined;
        this.onDied?.();
      },
    });
  }

  command(call: (client: ClientCommands, now: Micros) => void): boolean {
    if (this.machine === undefined) return false;
    this.whenRunning(() => call(this.machine!, this.localNow));
    return true;
  }
}

/** What a story may say of a client that MQTT.js has in its own form, or that shows only in what it promises. */
const LIMITS = ['inflightLimit', 'queueLimit'] as const satisfies readonly (keyof ClientOptions)[];

const player: ClientPlayer = {
  name: NAME,
  client(part) {
    const { name, options, beyond } = part;
    for (const limit of LIMITS)
      if (options[limit] !== clientDefaults[limit])
        beyond(`${NAME} has nothing like '${limit}', which client '${name}' is given`);
    if (options.authentication !== undefined)
      beyond(
        `${NAME} has enhanced authentication in a form of its own, and client '${name}' is given a method`,
      );
    return new MqttjsStation(part);
  },
};

export default player;
