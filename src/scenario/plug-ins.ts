/**
 * Functions of the author's that a machine calls in the middle of its work: to authenticate, to authorize. What they throw
 * ends the run at their line, and never tears a machine apart.
 */
import type { AccessRequest, Admission, Credentials, Redirection } from '../mqtt/broker/access.ts';
import type {
  AuthenticationStep,
  AuthenticationMethod as ServerMethod,
} from '../mqtt/broker/authentication.ts';
import type { AuthenticationMethod } from '../mqtt/client/application.ts';
import { ScriptError } from './errors.ts';
import { optionsOf, textOf, trueOrFalse } from './option-values.ts';

/** Calls a function of the author's; when it throws the run is over, and the machine gets `otherwise`. */
export type Ask = <T>(question: () => T, otherwise: T) => T;

/** @throws ScriptError when it is no method. */
export function clientAuthentication(
  method: AuthenticationMethod,
  what: string,
  ask: Ask,
): AuthenticationMethod {
  if (typeof method !== 'object' || method === null || typeof method.begin !== 'function') {
    throw new ScriptError(`authentication of ${what} needs a name, and a function begin()`);
  }
  return {
    name: textOf(method.name, `the name of the authentication of ${what}`),
    begin: () => {
      const exchange = ask(() => method.begin(), undefined);
      return {
        opening: ask(() => bytesOrNothing(exchange?.opening, `opening of ${what}`), undefined),
        answer: (data) => ask(() => answerOf(exchange?.answer(data), what), 'refused'),
        accept: (data) =>
          ask(() => trueOrFalse(exchange?.accept(data) as boolean, `what accept of ${what} returns`), false),
      };
    },
  };
}

/** @throws ScriptError when one of them is no method. */
export function brokerAuthentications(
  methods: Readonly<Record<string, ServerMethod>>,
  what: string,
  ask: Ask,
): ReadonlyMap<string, ServerMethod> {
  if (typeof methods !== 'object' || methods === null) {
    throw new ScriptError(`authenticationMethods of ${what} must be an object of functions by their name`);
  }
  const guarded = new Map<string, ServerMethod>();
  for (const [name, method] of Object.entries(methods)) {
    const called = `the authentication method '${name}' of ${what}`;
    functionOf(method, called);
    guarded.set(name, (connect) => {
      const exchange = ask(() => functionOf(method(connect), `what ${called} returns`), undefined);
      return (data) => ask(() => stepOf(exchange?.(data), called), FAILED);
    });
  }
  return guarded;
}

/** @throws ScriptError when it is no function. */
export function admission(
  authenticate: (credentials: Credentials) => Admission,
  what: string,
  ask: Ask,
): (credentials: Credentials) => Admission {
  functionOf(authenticate, `authenticate of ${what}`);
  return (credentials) => ask(() => admissionOf(authenticate(credentials), what), 'not-authorized');
}

/** @throws ScriptError when it is no function. */
export function authorization(
  authorize: (request: AccessRequest) => boolean,
  what: string,
  ask: Ask,
): (request: AccessRequest) => boolean {
  functionOf(authorize, `authorize of ${what}`);
  return (request) => ask(() => trueOrFalse(authorize(request), `what authorize of ${what} returns`), false);
}

/** A server reference, as a script writes it. @throws ScriptError */
export function redirectionOf(redirection: Redirection, what: string): Redirection {
  optionsOf(redirection, ['server', 'moved'], what);
  const { server, moved = false } = redirection;
  return { server: textOf(server, `server of ${what}`), moved: trueOrFalse(moved, `moved of ${what}`) };
}

const FAILED: AuthenticationStep = { outcome: 'failure', text: 'the method failed' };

function admissionOf(admitted: Admission, what: string): Admission {
  if (admitted === 'accepted' || admitted === 'bad-credentials' || admitted === 'not-authorized') {
    return admitted;
  }
  if (typeof admitted === 'object' && admitted !== null && 'server' in admitted) {
    return redirectionOf(admitted, `what authenticate of ${what} returns`);
  }
  throw new ScriptError(
    `authenticate of ${what} must return 'accepted', 'bad-credentials', 'not-authorized', or a server to use instead`,
  );
}

function answerOf(
  answer: { data?: Uint8Array } | 'refused' | undefined,
  what: string,
): { data?: Uint8Array } | 'refused' {
  if (answer === undefined || answer === 'refused') return 'refused';
  if (typeof answer !== 'object' || answer === null) {
    throw new ScriptError(`answer of the authentication of ${what} must return { data } or 'refused'`);
  }
  const data = bytesOrNothing(answer.data, `data of an answer of ${what}`);
  return data === undefined ? {} : { data };
}

function stepOf(step: AuthenticationStep | undefined, what: string): AuthenticationStep {
  const outcome = step?.outcome;
  if (outcome === 'failure') {
    textOf(step!.text, `text of a failure of ${what}`);
    return step!;
  }
  if (outcome !== 'continue' && outcome !== 'success') {
    throw new ScriptError(`${what} must return an outcome: 'continue', 'success' or 'failure'`);
  }
  const data = bytesOrNothing(step!.data, `data of ${what}`);
  return data === undefined ? { outcome } : { outcome, data };
}

function bytesOrNothing(data: Uint8Array | undefined, what: string): Uint8Array | undefined {
  if (data === undefined || data instanceof Uint8Array) return data?.slice();
  throw new ScriptError(`${what} must be a Uint8Array`);
}

function functionOf<F>(called: F, what: string): F {
  if (typeof called !== 'function') throw new ScriptError(`${what} must be a function, not ${typeof called}`);
  return called;
}
