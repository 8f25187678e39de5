/** What can go wrong in a script, and what its author is told. */
import type { ClientError } from '../mqtt/client/application.ts';
import type { UserProperties } from '../mqtt/codec/packet.ts';

/** The script uses the simulation in a way that cannot work: the message says which and what would. */
export class ScriptError extends Error {
  override readonly name: string = 'ScriptError';
}

/**
 * Nothing can happen any more and the script still waits: no event is pending, so nobody will ever wake it.
 * The message says what it waits for, and where.
 */
export class StalledError extends ScriptError {
  override readonly name = 'StalledError';
}

/** A wait was given a time, and it passed. */
export class TimeoutError extends ScriptError {
  override readonly name = 'TimeoutError';
}

/** `quiet()` gave up: somebody still owes somebody something. */
export class UnquietError extends ScriptError {
  override readonly name = 'UnquietError';
}

/** The story asks for what whoever plays one of its brokers or clients does not have: the message says who and what. */
export class IncomparableError extends ScriptError {
  override readonly name = 'IncomparableError';
}

/** What is to be said of a module that could not be loaded. */
export interface LoadFailure {
  /** With the place in the file, where it is one of the language. */
  readonly why: string;
  /** A stack that tells where it was asked for. */
  readonly asked?: string;
}

/**
 * Code on a hosted node threw what nobody caught: the process of a real application would have ended there. It is a finding about that
 * code. The stack is that of what was thrown.
 */
export class HostedError extends Error {
  override readonly name = 'HostedError';
  /** What was thrown. */
  override readonly cause: unknown;

  /**
   * @param how it came to that, `in a task`.
   * @param failure what is to be said of it instead of what itself says.
   */
  constructor(node: string, thrown: unknown, how: string, { why, asked }: Partial<LoadFailure> = {}) {
    super(`${node}: ${describeFailure(thrown, why)} (${how})`);
    this.cause = thrown;
    const stack = framesOf(asked ?? (thrown instanceof Error ? thrown.stack : undefined));
    this.stack = `${this.name}: ${this.message}${stack === '' ? '' : `\n${stack}`}`;
  }
}

function describeFailure(thrown: unknown, why?: string): string {
  if (!(thrown instanceof Error)) return `it threw ${describeThrown(thrown)}`;
  const { name } = thrown;
  const message = why ?? thrown.message;
  return message === '' ? name : `${name}: ${message}`;
}

/** The lines of a stack below its message, which may have lines of its own. */
function framesOf(stack = ''): string {
  const lines = stack.split('\n');
  const first = lines.findIndex((line) => line.startsWith('    at '));
  return first < 0 ? '' : lines.slice(first).join('\n');
}

/** Why a call to a client failed: what the client said, or that it died with the call unfinished. */
export type CallFailure = ClientError['kind'] | 'crashed';

/**
 * A call to a client failed: `kind` tells the cases apart, `reasonCode` is that of the packet that refused it. A broker of 5.0 may say
 * more: why, in `reasonString` and `userProperties`, and in `serverReference` which server to use instead.
 *
 * @example
 * await client.connect(hub).catch((error) => { if (error.kind !== 'refused') throw error; });
 */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly kind: CallFailure;
  readonly reasonCode: number | undefined;
  readonly reasonString: string | undefined;
  readonly userProperties: UserProperties;
  readonly serverReference: string | undefined;

  constructor(kind: CallFailure, message: string, said: Omit<Partial<ClientError>, 'kind' | 'message'> = {}) {
    super(message);
    this.kind = kind;
    this.reasonCode = said.reasonCode;
    this.reasonString = said.reasonString;
    this.userProperties = said.userProperties ?? [];
    this.serverReference = said.serverReference;
  }
}

/** Longer ones would hide the sentence they stand in. */
const THROWN_LIMIT = 200;

/** What was thrown and is no Error, in words: JavaScript lets scripts throw anything. */
export function describeThrown(thrown: unknown): string {
  let text: string | undefined;
  if (typeof thrown === 'function') text = 'a function';
  else if (typeof thrown === 'string' || (typeof thrown === 'object' && thrown !== null)) {
    try {
      text = JSON.stringify(thrown);
    } catch {
      text = undefined;
    }
    text ??= 'an object';
  } else text = String(thrown);
  const shown = text.length > THROWN_LIMIT ? `${text.slice(0, THROWN_LIMIT)}...` : text;
  return `${shown}, which is no Error and so does not say where`;
}
