/**
 * Access control in the format of mosquitto: `user NAME`, `topic [read|write|readwrite|deny] FILTER`, and `pattern` with `%u` for the
 * name and `%c` for the Client Identifier. Topics before the first user are those of clients without a name; patterns are
 * everybody's. What no line allows is denied, and `deny` goes before everything.
 *
 * A subscription is allowed when everything it can match may be read, and as a whole or not at all: mosquitto grants more and keeps back
 * messages one by one.
 */
import type { AccessRequest } from '../mqtt/broker/access.ts';
import { filterFault } from '../mqtt/topic/index.ts';
import { AccessFileError } from './password-file.ts';

type Access = 'read' | 'write' | 'readwrite' | 'deny';

interface Rule {
  readonly access: Access;
  readonly levels: readonly string[];
}

/**
 * Reads an ACL file.
 *
 * @returns what decides whether a client may publish to a topic, or subscribe to a filter
 * @throws {AccessFileError} for a line that is none
 */
export function readAcl(text: string): (request: AccessRequest) => boolean {
  const users = new Map<string | undefined, Rule[]>([[undefined, []]]);
  const patterns: Rule[] = [];
  let user: string | undefined;
  text.split(/\r?\n/).forEach((whole, index) => {
    const line = whole.trim();
    if (line === '' || line.startsWith('#')) return;
    const [keyword] = line.split(/\s/, 1) as [string];
    const rest = line.slice(keyword.length).trim();
    if (keyword === 'user') {
      if (rest === '') throw new AccessFileError(`line ${index + 1}: which user?`);
      user = rest;
      if (!users.has(user)) users.set(user, []);
    } else if (keyword === 'topic') users.get(user)!.push(ruleOf(rest, index));
    else if (keyword === 'pattern') patterns.push(ruleOf(rest, index));
    else throw new AccessFileError(`line ${index + 1}: '${keyword}' is not user, topic or pattern`);
  });
  return ({ action, topic, clientId, username }) => {
    const asked = topic.split('/');
    const own = users.get(username) ?? [];
    const theirs = patterns.flatMap((pattern) => substituted(pattern, clientId, username) ?? []);
    const rules = [...own, ...theirs];
    if (rules.some(({ access, levels }) => access === 'deny' && overlap(asked, levels))) return false;
    const needed = action === 'publish' ? 'write' : 'read';
    return rules.some(
      ({ access, levels }) => (access === needed || access === 'readwrite') && covers(levels, asked),
    );
  };
}

function ruleOf(text: string, index: number): Rule {
  const found = /^(readwrite|read|write|deny)\s+(\S.*)$/.exec(text);
  const filter = found === null ? text : found[2]!;
  if (filter === '' || filterFault(filter) !== undefined) {
    throw new AccessFileError(`line ${index + 1}: '${filter}' is no topic filter`);
  }
  return { access: (found?.[1] ?? 'readwrite') as Access, levels: filter.split('/') };
}

/** Undefined when it is not for this client, whose name would mean more than itself. */
function substituted(
  { access, levels }: Rule,
  clientId: string,
  username: string | undefined,
): Rule | undefined {
  const put: string[] = [];
  for (const level of levels) {
    if (level.includes('%u') && (username === undefined || /[+#/]/.test(username))) return undefined;
    if (level.includes('%c') && /[+#/]/.test(clientId)) return undefined;
    put.push(level.replaceAll('%u', username ?? '').replaceAll('%c', clientId));
  }
  return { access, levels: put };
}

/** Whether everything that `asked`, a topic or a filter, matches is matched by `filter` too. */
function covers(filter: readonly string[], asked: readonly string[]): boolean {
  // Wildcards do not match what begins with $ [3.1.1/MQTT-4.7.2-1].
  if (asked[0]!.startsWith('$') && (filter[0] === '+' || filter[0] === '#')) return false;
  for (let at = 0; at < filter.length; at++) {
    const level = filter[at]!;
    if (level === '#') return true;
    const theirs = asked[at];
    if (theirs === undefined || theirs === '#') return false;
    if (level !== '+' && level !== theirs) return false;
  }
  return asked.length === filter.length;
}

/** Whether there is a topic that both match. */
function overlap(a: readonly string[], b: readonly string[]): boolean {
  const isWild = (level: string | undefined) => level === '+' || level === '#';
  if ((a[0]!.startsWith('$') && isWild(b[0])) || (b[0]!.startsWith('$') && isWild(a[0]))) return false;
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [left, right] = [a[at], b[at]];
    // `a/#` matches `a` as well.
    if (left === '#' || right === '#') return true;
    if (left === undefined || right === undefined) return false;
    if (left !== '+' && right !== '+' && left !== right) return false;
  }
  return true;
}
