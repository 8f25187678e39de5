/** A broker as a script holds it. */
import type { BrokerOptions } from '../mqtt/broker/options.ts';
import type { FaultSpan } from '../sim/duplex-link.ts';
import type { Duration } from '../sim/time.ts';
import { BrokerNode } from './broker-node.ts';
import type { BrokerStation } from './cast.ts';
import { ScriptError } from './errors.ts';
import { NodeHandle, type NodeReference } from './node-handle.ts';
import { optionsOf, trueOrFalse } from './option-values.ts';
import type { Stage } from './stage.ts';

/** Made by `sim.broker(name)`; it listens from then on. */
export class Broker extends NodeHandle {
  /** @internal */
  protected readonly node: BrokerStation;

  /** @internal */
  constructor(stage: Stage, name: string, options: BrokerOptions) {
    super(stage);
    const { brokers } = stage.cast;
    this.node = stage.world.node(
      name,
      (surroundings) =>
        brokers?.broker(stage.part(name, options, surroundings)) ??
        new BrokerNode(name, surroundings, options, stage.substitution),
    );
  }

  /**
   * Stops in order: clients of 5.0 are told that the server shuts down (DISCONNECT 0x8B), the connections of all are closed, and then
   * the process ends. What was written to the disk is there when it starts again.
   *
   * @param options `for`: how long it is down; without it until {@link restart}.
   */
  shutdown(options: FaultSpan = {}): void {
    this.stage.tell({ kind: 'other', what: `the shutdown of '${this.name}'` });
    this.strike('shutdown', options, [], () => {
      this.node.shutdown();
      this.node.crash(options);
    });
  }

  /**
   * Sends a connected client to another server: a client of 5.0 is told which (DISCONNECT 0x9C, or 0x9D when this one has `moved` for
   * good), any other only loses its connection. Going there is up to the client's application, which hears of it as
   * `offline`. To send away who connects later, see `authenticate` of the settings.
   *
   * @param client its node, or its Client Identifier.
   * @throws ScriptError when no such client is connected.
   */
  redirect(
    client: { readonly clientId: string } | string,
    to: NodeReference,
    options: { moved?: boolean } = {},
  ): void {
    optionsOf(options, ['moved'], `redirect of '${this.name}'`);
    const clientId = typeof client === 'string' ? client : client?.clientId;
    const server = typeof to === 'string' ? to : to?.name;
    if (typeof clientId !== 'string' || typeof server !== 'string')
      throw new ScriptError(`redirect of '${this.name}' needs a client and another server`);
    this.stage.tell({ kind: 'other', what: `the redirection of '${clientId}' by '${this.name}'` });
    const moved = trueOrFalse(options.moved ?? false, `moved of redirect of '${this.name}'`);
    let found = false;
    this.stage.act(() => {
      found = this.node.redirect(clientId, { server, moved });
    });
    if (!found) throw new ScriptError(`no client '${clientId}' is connected to '${this.name}'`);
  }

  /** Every sync of its disk takes so much longer. */
  slowDisk(options: FaultSpan & { by: Duration }): void {
    this.strike('slowDisk', options, ['by'], () => this.node.slowDisk(options));
  }

  /** Nothing more fits on its disk. */
  fillDisk(options: FaultSpan = {}): void {
    this.strike('fillDisk', options, [], () => this.node.fillDisk(options));
  }
}
