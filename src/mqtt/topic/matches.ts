const SLASH = 0x2f;
const PLUS_SIGN = 0x2b;
const NUMBER_SIGN = 0x23;
const DOLLAR = 0x24;

/**
 * Whether a valid Topic Filter matches a valid Topic Name, without building anything.
 *
 * Levels compare unit by unit and nothing is normalized [3.1.1/MQTT-4.7.3-4] [5.0/MQTT-4.7.3-4]; a leading wildcard does not match a
 * name that starts with '$' [3.1.1/MQTT-4.7.2-1] [5.0/MQTT-4.7.2-1]; 'a/#' matches 'a' too. A `$share` prefix is not looked at: pass the filter
 * that {@link parseShared} found inside.
 */
export function matches(filter: string, name: string): boolean {
  const filterLength = filter.length;
  const nameLength = name.length;
  if (nameLength > 0 && name.charCodeAt(0) === DOLLAR) {
    const first = filter.charCodeAt(0);
    if (first === PLUS_SIGN || first === NUMBER_SIGN) return false;
  }
  let f = 0;
  let n = 0;
  while (f < filterLength) {
    const unit = filter.charCodeAt(f);
    if (unit === NUMBER_SIGN) return true;
    if (unit === PLUS_SIGN) {
      while (n < nameLength && name.charCodeAt(n) !== SLASH) n++;
      f++;
    } else {
      if (n >= nameLength || name.charCodeAt(n) !== unit) {
        // The parent of '#': the name ends where the filter goes on with '/#' and nothing else.
        return n === nameLength && unit === SLASH && isHashTail(filter, f);
      }
      f++;
      n++;
    }
  }
  return n === nameLength;
}

function isHashTail(filter: string, slash: number): boolean {
  return slash + 2 === filter.length && filter.charCodeAt(slash + 1) === NUMBER_SIGN;
}
