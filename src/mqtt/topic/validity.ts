/** A rule of the standards that a Topic Name or Topic Filter breaks. */
export interface TopicFault {
  /** What is wrong, ready to follow the name of the field: "is empty". */
  text: string;
  /** The statement of 3.1.1 (and of 3.1, which said the same without numbers). */
  before5: string;
  /** The statement of 5.0. */
  since5: string;
}

const EMPTY: TopicFault = {
  text: 'is empty, it needs at least one character',
  before5: '3.1.1/MQTT-4.7.3-1',
  since5: '5.0/MQTT-4.7.3-1',
};
const NULL_CHARACTER: TopicFault = {
  text: 'contains the null character U+0000',
  before5: '3.1.1/MQTT-4.7.3-2',
  since5: '5.0/MQTT-4.7.3-2',
};
const TOO_LONG: TopicFault = {
  text: 'is longer than 65535 bytes of UTF-8',
  before5: '3.1.1/MQTT-4.7.3-3',
  since5: '5.0/MQTT-4.7.3-3',
};
const SURROGATE: TopicFault = {
  text: 'contains a lone surrogate, which UTF-8 cannot encode',
  before5: '3.1.1/MQTT-1.5.3-1',
  since5: '5.0/MQTT-1.5.4-1',
};
const WILDCARD: TopicFault = {
  text: "contains a wildcard ('+' or '#'), which only a Topic Filter may",
  before5: '3.1.1/MQTT-4.7.1-1',
  since5: '5.0/MQTT-4.7.0-1',
};
const HASH: TopicFault = {
  text: "has a '#' that is not alone in the last level",
  before5: '3.1.1/MQTT-4.7.1-2',
  since5: '5.0/MQTT-4.7.1-1',
};
const PLUS: TopicFault = {
  text: "has a '+' that is not alone in its level",
  before5: '3.1.1/MQTT-4.7.1-3',
  since5: '5.0/MQTT-4.7.1-2',
};
const SHARE_NAME: TopicFault = {
  text: 'has no share name after $share/',
  before5: '5.0/MQTT-4.8.2-1',
  since5: '5.0/MQTT-4.8.2-1',
};
const SHARE_FILTER: TopicFault = {
  text: "has a share name that contains '+' or '#' or is not followed by '/' and a Topic Filter",
  before5: '5.0/MQTT-4.8.2-2',
  since5: '5.0/MQTT-4.8.2-2',
};

const SLASH = 0x2f;
const PLUS_SIGN = 0x2b;
const NUMBER_SIGN = 0x23;
const SHARE_PREFIX = '$share/';

/** Bytes of UTF-8 no string shorter than this many UTF-16 units can exceed: three a unit at most. */
const CERTAINLY_SHORT = 21_845;

/** The rule a Topic Name breaks, or undefined when it is valid in every version. */
export function topicNameFault(name: string): TopicFault | undefined {
  const length = name.length;
  if (length === 0) return EMPTY;
  for (let i = 0; i < length; i++) {
    const unit = name.charCodeAt(i);
    if (unit > PLUS_SIGN && unit < 0xd800) continue;
    if (unit === PLUS_SIGN || unit === NUMBER_SIGN) return WILDCARD;
    if (unit === 0) return NULL_CHARACTER;
    if (unit >= 0xd800 && unit < 0xe000) {
      if (!pairAt(name, i)) return SURROGATE;
      i++;
    }
  }
  return length > CERTAINLY_SHORT && utf8Bytes(name) > 65_535 ? TOO_LONG : undefined;
}

/**
 * The rule a Topic Filter breaks, or undefined when it is valid.
 *
 * `$share/...` has a syntax of its own only with `shared` (5.0); before, it is a filter like any other.
 */
export function filterFault(filter: string, shared = true): TopicFault | undefined {
  let start = 0;
  if (shared && filter.startsWith(SHARE_PREFIX)) {
    const end = filter.indexOf('/', SHARE_PREFIX.length);
    if (end === SHARE_PREFIX.length || filter.length === SHARE_PREFIX.length) return SHARE_NAME;
    if (end < 0 || end === filter.length - 1) return SHARE_FILTER;
    for (let i = SHARE_PREFIX.length; i < end; i++) {
      const unit = filter.charCodeAt(i);
      if (unit === PLUS_SIGN || unit === NUMBER_SIGN) return SHARE_FILTER;
    }
    start = end + 1;
  }
  const length = filter.length;
  if (length === start) return EMPTY;
  for (let i = 0; i < length; i++) {
    const unit = filter.charCodeAt(i);
    if (unit > PLUS_SIGN && unit < 0xd800) continue;
    if (unit === PLUS_SIGN) {
      if (!startsLevel(filter, i, start) || !endsLevel(filter, i)) return PLUS;
    } else if (unit === NUMBER_SIGN) {
      if (!startsLevel(filter, i, start) || i !== length - 1) return HASH;
    } else if (unit === 0) {
      return NULL_CHARACTER;
    } else if (unit >= 0xd800 && unit < 0xe000) {
      if (!pairAt(filter, i)) return SURROGATE;
      i++;
    }
  }
  return length > CERTAINLY_SHORT && utf8Bytes(filter) > 65_535 ? TOO_LONG : undefined;
}

/** What is wrong with a Topic Name, for people; undefined when it is valid. */
export function topicNameError(name: string): string | undefined {
  return topicNameFault(name)?.text;
}

/** What is wrong with a Topic Filter, for people; undefined when it is valid. `shared` as in {@link filterFault}. */
export function filterError(filter: string, shared = true): string | undefined {
  return filterFault(filter, shared)?.text;
}

/** Whether a valid filter matches more than its own text: it has a '+' or '#' level. */
export function hasWildcard(filter: string): boolean {
  for (let i = 0; i < filter.length; i++) {
    const unit = filter.charCodeAt(i);
    if (unit === PLUS_SIGN || unit === NUMBER_SIGN) return true;
  }
  return false;
}

export interface SharedFilter {
  /** The ShareName: which group takes turns. */
  group: string;
  /** What the group subscribes to. */
  filter: string;
}

/** The parts of `$share/{group}/{filter}`, or undefined for an ordinary filter or a broken shared one [5.0/4.8.2]. */
export function parseShared(filter: string): SharedFilter | undefined {
  if (!filter.startsWith(SHARE_PREFIX) || filterFault(filter) !== undefined) return undefined;
  const end = filter.indexOf('/', SHARE_PREFIX.length);
  return { group: filter.slice(SHARE_PREFIX.length, end), filter: filter.slice(end + 1) };
}

function startsLevel(filter: string, at: number, start: number): boolean {
  return at === start || filter.charCodeAt(at - 1) === SLASH;
}

function endsLevel(filter: string, at: number): boolean {
  return at === filter.length - 1 || filter.charCodeAt(at + 1) === SLASH;
}

/** Whether the surrogate at `at` is the first half of a pair. */
function pairAt(text: string, at: number): boolean {
  if (text.charCodeAt(at) >= 0xdc00) return false;
  const low = text.charCodeAt(at + 1);
  return low >= 0xdc00 && low < 0xe000;
}

/** Bytes of UTF-8 of a text without lone surrogates. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800 || (unit >= 0xd800 && unit < 0xe000)) bytes += 2;
    else bytes += 3;
  }
  return bytes;
}

/** Whether a Topic Name or Topic Filter has more levels than so many. */
export function hasMoreLevels(topic: string, levels: number): boolean {
  // Most are too short to have as many.
  if (topic.length < levels) return false;
  let count = 1;
  for (let at = topic.indexOf('/'); at >= 0; at = topic.indexOf('/', at + 1)) count++;
  return count > levels;
}
