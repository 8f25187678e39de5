/** mosquitto_pub and mosquitto_sub against our server. */
import { describe, expect, it } from 'vitest';
import type { BrokerServer } from '../../src/net/index.ts';
import { program } from '../programs.ts';
import { broker, Child, Watch } from './stage.ts';

const publisher = program('mosquitto_pub');
const subscriber = program('mosquitto_sub');

describe.skipIf(publisher === undefined || subscriber === undefined)(
  'mosquitto_pub and mosquitto_sub',
  () => {
    /** A server with whoever talks to it: what a program prints into a pipe comes when it ends. */
    class Site {
      readonly #server: BrokerServer;
      readonly #watch: Watch;
      #subscribed = 0;

      constructor(server: BrokerServer, watch: Watch) {
        this.#server = server;
        this.#watch = watch;
      }

      get where(): string[] {
        const { host, port } = this.#server.address;
        return ['-h', host, '-p', `${port}`];
      }

      async publish(...args: string[]): Promise<void> {
        const child = new Child(publisher!, [...this.where, ...args]);
        expect([await child.exited, child.err]).toEqual([0, '']);
      }

      subscriber(...args: string[]): Child {
        return new Child(subscriber!, [...this.where, '-F', '%t %q %r %p', ...args]);
      }

      /** Resolves when the subscription was granted. */
      async subscribe(...args: string[]): Promise<Child> {
        const child = new Child(subscriber!, [...this.where, '-F', '%t %q %r %p', ...args]);
        await this.#watch.sent('suback', ++this.#subscribed);
        return child;
      }
    }
    const site = async () => {
      const watch = new Watch();
      return new Site(await broker({ trace: watch.trace }), watch);
    };
    /** What it printed, when it has ended. */
    const messages = async (child: Child) => {
      expect([await child.exited, child.err]).toEqual([0, '']);
      return child.out.trim().split('\n');
    };

    it.each([0, 1, 2])('pass on a message of QoS %i', async (qos) => {
      const at = await site();
      const child = await at.subscribe('-t', 'a/+', '-q', `${qos}`, '-C', '1');
      await at.publish('-t', 'a/b', '-m', 'hello', '-q', `${qos}`);
      expect(await messages(child)).toEqual([`a/b ${qos} 0 hello`]);
    });

    it('find what is retained', async () => {
      const at = await site();
      await at.publish('-t', 'kept', '-m', 'here', '-r', '-q', '1');
      const child = await at.subscribe('-t', '#', '-q', '1', '-C', '1');
      expect(await messages(child)).toEqual(['kept 1 1 here']);
    });

    it('see the will of a subscriber that is killed', async () => {
      const at = await site();
      const child = await at.subscribe('-t', 'wills', '-q', '1', '-C', '1');
      const doomed = await at.subscribe(
        ...['-t', 'x', '--will-topic', 'wills', '--will-payload', 'killed', '--will-qos', '1'],
      );
      doomed.process.kill('SIGKILL');
      expect(await messages(child)).toEqual(['wills 1 0 killed']);
    });

    it('come back to their session', async () => {
      const at = await site();
      const session = ['-c', '-i', 'lasting', '-t', 'queue', '-q', '2'];
      const first = await at.subscribe(...session);
      first.process.kill('SIGKILL');
      await first.exited;
      for (const payload of ['1', '2', '3']) await at.publish('-t', 'queue', '-m', payload, '-q', '2');
      const second = at.subscriber('-C', '3', ...session);
      expect(await messages(second)).toEqual(['queue 2 0 1', 'queue 2 0 2', 'queue 2 0 3']);
    });

    it('speak MQTT 3.1 too', async () => {
      const at = await site();
      const child = await at.subscribe('-V', 'mqttv31', '-i', 'old', '-t', 'a', '-q', '2', '-C', '1');
      await at.publish('-V', 'mqttv31', '-t', 'a', '-m', 'x', '-q', '2', '-i', 'older');
      expect(await messages(child)).toEqual(['a 2 0 x']);
    });
  },
);
