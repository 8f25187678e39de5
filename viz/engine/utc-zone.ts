/**
 * The time zone of a story: UTC, as the command line sets it. A worker has that of its reader and no way to change it, so whatever
 * speaks of local time speaks of UTC.
 */
import { replace } from '../../src/host/replace.ts';

const PARTS = ['FullYear', 'Month', 'Date', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'];

/** A time without a zone would be local. */
const ZONELESS = /^[+-]?\d{4,6}-\d\d-\d\dT[\d:.,]*$/;

export function installUtc(): void {
  const { prototype } = Date;
  for (const part of [...PARTS, 'Day']) set(prototype, `get${part}`, Reflect.get(prototype, `getUTC${part}`));
  for (const part of PARTS) set(prototype, `set${part}`, Reflect.get(prototype, `setUTC${part}`));
  set(prototype, 'getTimezoneOffset', () => 0);
  installTexts(prototype);
  installReading();
  installFormats(prototype);
}

function installTexts(prototype: Date): void {
  const { toUTCString } = prototype;
  const define = (name: string, text: (parts: readonly string[]) => string): void =>
    set(prototype, name, function textOf(this: Date) {
      // `Thu, 01 Jan 1970 00:00:00 GMT` has the same parts, in another order.
      return Number.isNaN(this.getTime()) ? 'Invalid Date' : text(toUTCString.call(this).split(/[ ,]+/));
    });
  const date = ([weekday, day, month, year]: readonly string[]): string =>
    `${weekday} ${month} ${day} ${year}`;
  const time = (parts: readonly string[]): string => `${parts[4]} GMT+0000 (Coordinated Universal Time)`;
  define('toDateString', date);
  define('toTimeString', time);
  define('toString', (parts) => `${date(parts)} ${time(parts)}`);
}

function installReading(): void {
  const Local = Date;
  const zoned = (value: unknown): unknown =>
    typeof value === 'string' && ZONELESS.test(value) ? `${value}Z` : value;
  const Zoned: DateConstructor = new Proxy(Local, {
    construct(target, args: unknown[], self) {
      const [first, ...rest] = args;
      const read = rest.length > 0 ? [Local.UTC(first as number, ...(rest as [number]))] : args.map(zoned);
      return Reflect.construct(target, read, self === Zoned ? target : self) as object;
    },
  });
  set(Local.prototype, 'constructor', Zoned);
  replace<(text: string) => number>(Local, 'parse', (real) => (text) => real(zoned(text) as string));
  set(globalThis, 'Date', Zoned);
}

function installFormats(prototype: Date): void {
  const Local = Intl.DateTimeFormat;
  const inUtc = ([language, options]: unknown[]): unknown[] => [
    language,
    { timeZone: 'UTC', ...(options as object) },
  ];
  set(
    Intl,
    'DateTimeFormat',
    new Proxy(Local, {
      construct: (target, args, self) => Reflect.construct(target, inUtc(args), self) as object,
      apply: (target, _self, args) => Reflect.construct(target, inUtc(args)) as object,
    }),
  );
  for (const name of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
    replace<(...args: unknown[]) => string>(
      prototype,
      name,
      (real) =>
        function (this: Date, ...args: unknown[]) {
          return Reflect.apply(real, this, inUtc(args)) as string;
        },
    );
  }
}

function set(owner: object, name: string, value: unknown): void {
  Object.defineProperty(owner, name, { configurable: true, writable: true, value });
}
