/** What a client's application has asked of its machine and is not settled, through all lives of its process. */

import { Few } from '../collections/few.ts';
import { added, elementsOf, removed, type SmallSet } from '../collections/small-set.ts';
import type { CallId, ClientError, Outcome } from '../mqtt/client/application.ts';
import type { Micros } from '../mqtt/machine.ts';
import type { Asked } from '../trace/recorder.ts';
import type { ClientCommands, ClientStation } from './cast.ts';
import { describeCall, describeOutcome, failureOf } from './client-call.ts';
import { CallError, type CallFailure } from './errors.ts';
import type { Waiter } from './script.ts';
import type { Stage } from './stage.ts';

/** What settles the promise of a call, whatever it promises. */
interface PendingCall {
  settle(outcome: Outcome): void;
  die(how: string): void;
}

/** Of the application when it starts with its process: nobody waits for it. */
const UNAWAITED: PendingCall = { settle: () => {}, die: () => {} };

const DIED = 'its process died';

type Command = (client: ClientCommands, now: Micros) => CallId;

/** A call of the script. */
class AwaitedCall<T> implements PendingCall {
  readonly #event: Asked;
  readonly #client: string;
  readonly #waiter: Waiter<T>;
  readonly #result: (outcome: Outcome) => T;

  constructor(event: Asked, client: string, waiter: Waiter<T>, result: (outcome: Outcome) => T) {
    this.#event = event;
    this.#client = client;
    this.#waiter = waiter;
    this.#result = result;
  }

  settle(outcome: Outcome): void {
    const error = failureOf(outcome);
    if (error === undefined) this.#waiter.resolve(this.#result(outcome));
    else this.#fail(error.kind, error.message, error);
  }

  die(how: string): void {
    this.#fail('crashed', how);
  }

  #fail(kind: CallFailure, why: string, error?: ClientError): void {
    this.#waiter.reject(new CallError(kind, `${describeCall(this.#event, this.#client)}: ${why}`, error));
  }
}

export class ClientCalls {
  readonly #stage: Stage;
  readonly node: ClientStation;
  /** Calls of the life that is now, by the number the machine gave them. */
  #pending = new Few<CallId, PendingCall>();
  /** Calls that a stopped process has not come to yet. */
  #deferred: SmallSet<PendingCall>;
  #count: CallId = 0;
  /** Calls of all lives before: the trace numbers the calls of a node. */
  #countBefore = 0;

  constructor(stage: Stage, node: ClientStation) {
    this.#stage = stage;
    this.node = node;
  }

  /**
   * @param what completes the sentence "the script waits for ...".
   * @returns what `result` makes of the outcome.
   * @throws CallError (as a rejection) as the machine says, or `crashed` when the process dies first.
   */
  make<T>(event: Asked, what: string, command: Command, result: (outcome: Outcome) => T): Promise<T> {
    const waiter = this.#stage.script.wait<T>(what);
    const pending = new AwaitedCall(event, this.node.name, waiter, result);
    this.#stage.act(() => {
      let begun = false;
      const commanded = this.node.command((machine, now) => {
        begun = true;
        this.#deferred = removed(this.#deferred, pending);
        this.#command(event, pending, command, machine, now);
      });
      if (!commanded) pending.die('the client is down');
      else if (!begun) this.#deferred = added(this.#deferred, pending);
    });
    return waiter.call;
  }

  /** Makes a call again, for an application that has started anew. */
  repeat(event: Asked, command: Command): void {
    this.node.command((machine, now) => {
      this.#command(event, UNAWAITED, command, machine, now);
    });
  }

  /** The machine counts its calls from 1, and may settle one before it returns: it is expected under the next number. */
  #command(event: Asked, pending: PendingCall, command: Command, machine: ClientCommands, now: Micros): void {
    const call = ++this.#count;
    this.#pending.set(call, pending);
    this.#stage.act(() => {
      const { recorder } = this.#stage.simulator;
      const told = recorder.called(this.node, this.#countBefore + call, event);
      if (told > 0) recorder.cause = told;
      const given = command(machine, now);
      if (given !== call) throw new Error(`client '${this.node.name}' numbered call ${call} as ${given}`);
    });
  }

  /** The machine has come to the end of a call. */
  settled(call: CallId, outcome: Outcome): void {
    const { recorder } = this.#stage.simulator;
    const number = this.#countBefore + call;
    recorder.settled(this.node, number, outcome.ok ? 'ok' : 'failed', () => describeOutcome(outcome));
    const pending = this.#pending.get(call);
    this.#pending.delete(call);
    pending?.settle(outcome);
  }

  /** The process died, and whatever it was asked is not settled any more. */
  died(): void {
    this.#countBefore += this.#count;
    this.#count = 0;
    const died = this.#pending;
    this.#pending = new Few();
    for (const pending of died.all().values()) pending.die(DIED);
    // A process that was stopped dies with what it would have done next.
    const deferred = elementsOf(this.#deferred);
    this.#deferred = undefined;
    for (const pending of deferred) pending.die(DIED);
  }
}
