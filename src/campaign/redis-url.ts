/** Which Redis a campaign is held on, as it is written on a command line. */
import { CampaignError } from './error.ts';

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
  /** Without user and password, for people. */
  readonly name: string;
}

const DEFAULT_PORT = 6379;

/**
 * `redis://host:port/db`, with `user:password@` in front of the host where it needs them, and `rediss:` for TLS.
 *
 * @throws CampaignError, which does not repeat a password
 */
export function parseRedisUrl(text: string): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const db = /^\/?(\d{0,5})$/.exec(url?.pathname ?? '-')?.[1];
  const known = url?.protocol === 'redis:' || url?.protocol === 'rediss:';
  if (
    url === undefined ||
    !known ||
    url.hostname === '' ||
    db === undefined ||
    url.search + url.hash !== ''
  ) {
    const shown = text.replace(/\/\/.*@/, '//...@');
    throw new CampaignError(
      'usage',
      `--queue is '${shown}'; write redis://host:port, or redis://host:port/db for another database than 0`,
    );
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  return {
    host,
    port,
    db: Number(db),
    tls: url.protocol === 'rediss:',
    ...(url.username === '' ? {} : { username: decoded(url.username) }),
    ...(url.password === '' ? {} : { password: decoded(url.password) }),
    name: `${url.protocol}//${url.hostname}:${port}${db === '' ? '' : `/${db}`}`,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new CampaignError(
      'usage',
      '--queue has a user or a password with a % that is not followed by a code',
    );
  }
}
