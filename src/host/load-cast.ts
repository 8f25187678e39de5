/** Players of brokers and clients, from modules that export one by default: another thread can only be told where they are. */
import type { BrokerPlayer, Cast, ClientPlayer } from '../scenario/cast.ts';

/** URLs of modules. */
export interface CastModules {
  readonly brokers?: string;
  readonly clients?: string;
}

/** There is no such player; `message` is one line. */
export class CastError extends Error {
  override readonly name = 'CastError';
}

/** @throws CastError for a module that is not there, needs a package that is not, or exports no player. */
export async function loadCast({ brokers, clients }: CastModules): Promise<Cast> {
  return {
    brokers: brokers === undefined ? undefined : await player<BrokerPlayer>(brokers, 'broker'),
    clients: clients === undefined ? undefined : await player<ClientPlayer>(clients, 'client'),
  };
}

async function player<P>(url: string, plays: 'broker' | 'client'): Promise<P> {
  let module: { default?: unknown };
  try {
    module = (await import(url)) as { default?: unknown };
  } catch (error) {
    throw new CastError(`who is to play the ${plays}s cannot be loaded: ${firstLine(error)}`);
  }
  const found = module.default as Record<string, unknown> | undefined;
  if (typeof found?.[plays] === 'function') return found as P;
  throw new CastError(`${url} plays no ${plays}s: its default export needs a name and a function '${plays}'`);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
}
