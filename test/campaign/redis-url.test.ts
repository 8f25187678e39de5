import { describe, expect, it } from 'vitest';
import { parseRedisUrl } from '../../src/campaign/redis-url.ts';

describe('the address of a Redis', () => {
  it.each([
    [
      'redis://localhost',
      { host: 'localhost', port: 6379, db: 0, tls: false, name: 'redis://localhost:6379' },
    ],
    [
      'rediss://me:a%40b@10.0.0.5:7000/3',
      {
        ...{ host: '10.0.0.5', port: 7000, db: 3, tls: true, username: 'me', password: 'a@b' },
        name: 'rediss://10.0.0.5:7000/3',
      },
    ],
    ['redis://[::1]:1/', { host: '::1', port: 1, db: 0, tls: false, name: 'redis://[::1]:1' }],
  ])('is read from %s', (text, address) => {
    expect(parseRedisUrl(text)).toEqual(address);
  });

  it.each([
    '',
    'localhost:6379',
    'http://localhost',
    'redis://',
    'redis://x/db',
    'redis://x/1?y',
    'redis://x:99999',
  ])('is refused when it is %j', (text) => {
    expect(() => parseRedisUrl(text)).toThrow(`--queue is '${text}'; write redis://host:port`);
  });

  it('does not repeat a password that it cannot read past', () => {
    expect(() => parseRedisUrl('redis://me:secret@host:port')).toThrow(
      /^--queue is 'redis:\/\/\.\.\.@host:port'/,
    );
    expect(() => parseRedisUrl('redis://me:secret%@host')).toThrow(
      /^--queue has a user or a password with a %/,
    );
  });
});
