/** Entities, keys and values of machines in words. */
import type { StateCell } from '../../src/trace/event.ts';

/** What stands behind the node in the name of an entity: `session/sensor`; '' for the machine itself. */
function partOf(entity: string): string {
  const slash = entity.indexOf('/');
  return slash < 0 ? '' : entity.slice(slash + 1);
}

/** `hub/session/sensor` is `hub: session of sensor`. */
export function entityTitle(entity: string): string {
  const part = partOf(entity);
  if (part === '') return entity;
  const node = entity.slice(0, entity.indexOf('/'));
  return part.startsWith('session/')
    ? `${node}: session of ${part.slice('session/'.length)}`
    : `${node}: ${part}`;
}

/** Lists within a session, by the first part of their keys. */
const LISTS: Readonly<Record<string, string>> = {
  subscriptions: 'Subscriptions',
  inflight: 'In flight',
  received: 'Received at QoS 2, not released',
};

const NAMES: Readonly<Record<string, string>> = {
  'queue/length': 'queued messages',
  clean: 'ends with its connection',
};

/** The list that a key belongs to; '' for one that stands alone. Keys of what a broker keeps for all are topics, filters and clients. */
export function listTitle(entity: string, key: string): string {
  return isSession(entity) ? (LISTS[key.slice(0, key.indexOf('/'))] ?? '') : '';
}

export function keyName(entity: string, key: string): string {
  if (!isSession(entity)) return key;
  const slash = key.indexOf('/');
  const list = key.slice(0, slash);
  if (LISTS[list] === undefined) return NAMES[key] ?? key;
  return list === 'subscriptions' ? key.slice(slash + 1) : `#${key.slice(slash + 1)}`;
}

export function valueText(entity: string, key: string, value: StateCell): string {
  if (value === null) return '—';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const list = key.slice(0, key.indexOf('/'));
  if (isSession(entity)) {
    if (list === 'subscriptions') return `QoS ${value}`;
    if (list === 'inflight') return `awaits ${value}`;
    return String(value);
  }
  return partOf(entity) === 'subscriptions'
    ? `${value} ${value === 1 ? 'session' : 'sessions'}`
    : String(value);
}

/** Of a client, or what a broker keeps for one. */
function isSession(entity: string): boolean {
  const part = partOf(entity);
  return part === '' || part.startsWith('session/');
}
