/** Password and ACL files as mosquitto writes and reads them. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAcl } from '../../src/net/acl-file.ts';
import { readPasswords } from '../../src/net/password-file.ts';
import { program } from '../programs.ts';
import { directory } from './stage.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const maker = program('mosquitto_passwd');

/** What a file decides. */
const sample = (text: string) => {
  const decide = readPasswords(text);
  return (username: string | undefined, password?: string) =>
    decide({ clientId: 'c', username, password: password === undefined ? undefined : bytes(password) });
};

describe('a password file', () => {
  it.skipIf(maker === undefined).each(['sha512', 'sha512-pbkdf2'])(
    'that mosquitto_passwd made with %s lets in who knows the password',
    (kind) => {
      const path = join(directory(), 'passwords');
      expect(spawnSync(maker!, ['-H', kind, '-b', '-c', path, 'ann', 'secret']).status).toBe(0);
      expect(spawnSync(maker!, ['-H', kind, '-b', path, 'bob', 'grüße']).status).toBe(0);
      const decide = sample(readFileSync(path, 'utf8'));
      expect(decide('ann', 'secret')).toBe('accepted');
      expect(decide('bob', 'grüße')).toBe('accepted');
      expect(decide('bob', 'secret')).toBe('bad-credentials');
      expect(decide('ann')).toBe('bad-credentials');
      expect(decide('eve', 'secret')).toBe('bad-credentials');
      expect(decide(undefined)).toBe('not-authorized');
    },
  );

  it.each([
    ['ann', 'line 1: it is not NAME:HASH'],
    ['# all\n\nann:secret', 'line 3: the password is not hashed'],
    ['ann:$argon2id$v=19$m=1$x$y', 'line 1: hashes of kind $argon2id$'],
    ['ann:$7$101$c2FsdA==$c2hvcnQ=', 'line 1: the hash is damaged'],
    ['ann:$7$many$c2FsdA==$c2hvcnQ=', 'line 1: the hash is damaged'],
  ])('with the line %j is refused', (text, said) => {
    expect(() => readPasswords(text)).toThrow(said);
  });
});

const acl = readAcl(`# of strangers
topic read public/#
topic $SYS/uptime

user ann
topic readwrite a/+
topic a/b c/#
topic deny a/secret
topic write out

pattern read to/%c/#
pattern write from/%u/%c
`);

describe('an ACL file', () => {
  const may = (action: 'publish' | 'subscribe', topic: string, username?: string, clientId = 'c1') =>
    acl({ action, topic, username, clientId });

  it.each([
    ['public', true],
    ['public/+/x', true],
    ['public/#', true],
    ['#', false],
    ['+', false],
    ['$SYS/uptime', true],
    ['$SYS/#', false],
    ['a/x', false],
    ['to/c1/x', true],
    ['to/c2/x', false],
    ['to/+/x', false],
  ])('lets a stranger subscribe to %s: %s', (filter, answer) => {
    expect(may('subscribe', filter)).toBe(answer);
  });

  it.each([
    ['subscribe', 'a/x', true],
    ['subscribe', 'a/secret', false],
    ['subscribe', 'a/+', false],
    ['subscribe', 'a/x/y', false],
    ['subscribe', 'a/b c/d', true],
    ['subscribe', 'public/x', false],
    ['subscribe', 'out', false],
    ['publish', 'out', true],
    ['publish', 'a/x', true],
    ['publish', 'a/secret', false],
    ['publish', 'from/ann/c1', true],
    ['publish', 'from/bob/c1', false],
    ['publish', 'to/c1/x', false],
  ] as const)('lets ann %s %s: %s', (action, topic, answer) => {
    expect(may(action, topic, 'ann')).toBe(answer);
  });

  it('keeps wildcards in names from meaning more than themselves', () => {
    expect(may('subscribe', 'to/#', 'ann', '#')).toBe(false);
    expect(may('subscribe', 'to/+/x', 'ann', '+')).toBe(false);
    expect(may('publish', 'from/+/c1', '+')).toBe(false);
    expect(may('publish', 'from//c1')).toBe(false);
  });

  it.each([
    ['topik a', "line 1: 'topik' is not user, topic or pattern"],
    ['user', 'line 1: which user?'],
    ['user ann\ntopic read a/#/b', "line 2: 'a/#/b' is no topic filter"],
  ])('with the line %j is refused', (text, said) => {
    expect(() => readAcl(text)).toThrow(said);
  });
});
