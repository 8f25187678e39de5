/**
 * The language of a script: en-US wherever it runs, unless the script names another. The time zone is that of the process, which
 * whoever runs scenarios sets to UTC.
 */
import { replace } from './replace.ts';
import { currentWorld } from './script-world.ts';

// biome-ignore lint/suspicious/noExplicitAny: dispatchers pass on whatever overload they were called with
type Loose = (...args: any[]) => any;

const LANGUAGE = 'en-US';

const CLASSES = [
  ...['Collator', 'DateTimeFormat', 'DurationFormat', 'ListFormat', 'NumberFormat', 'PluralRules'],
  ...['RelativeTimeFormat', 'Segmenter'],
];

export function installLocale(): void {
  for (const name of CLASSES) {
    const Real: unknown = Reflect.get(Intl, name);
    if (typeof Real !== 'function') continue;
    const inEnglish = (args: unknown[]): unknown[] =>
      currentWorld() !== undefined && args[0] === undefined ? [LANGUAGE, ...args.slice(1)] : args;
    const dispatcher = new Proxy(Real, {
      construct: (target, args, newTarget) => Reflect.construct(target, inEnglish(args), newTarget) as object,
      apply: (target, self, args) => Reflect.apply(target as Loose, self, inEnglish(args)) as unknown,
    });
    Object.defineProperty(Intl, name, {
      value: dispatcher,
      writable: true,
      configurable: true,
      enumerable: false,
    });
    const prototype = (Real as { prototype: object }).prototype;
    Object.defineProperty(prototype, 'constructor', {
      value: dispatcher,
      writable: true,
      configurable: true,
    });
  }
  for (const prototype of [Date.prototype, Number.prototype, BigInt.prototype, Array.prototype]) {
    for (const name of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'])
      speakEnglish(prototype, name, 0);
  }
  speakEnglish(String.prototype, 'localeCompare', 1);
  speakEnglish(String.prototype, 'toLocaleLowerCase', 0);
  speakEnglish(String.prototype, 'toLocaleUpperCase', 0);
  for (const name of ['toString', 'toTimeString']) nameZoneInEnglish(name);
  installNow();
}

/** The zone at the end of a date is named in the language of the process. */
function nameZoneInEnglish(name: string): void {
  replace<Loose>(
    Date.prototype,
    name,
    (real) =>
      function (this: Date) {
        const text = Reflect.apply(real, this, []) as string;
        if (currentWorld() === undefined || this.getTimezoneOffset() !== 0) return text;
        return text.replace(/\(.*\)$/, '(Coordinated Universal Time)');
      },
  );
}

/** @param place of the argument that names the language. */
function speakEnglish(prototype: object, name: string, place: number): void {
  replace<Loose>(
    prototype,
    name,
    (real) =>
      function (this: unknown, ...args: unknown[]) {
        if (currentWorld() !== undefined && args[place] === undefined) args[place] = LANGUAGE;
        return Reflect.apply(real, this, args);
      },
  );
}

/** A DateTimeFormat that is given no date formats the present. */
function installNow(): void {
  const { prototype } = Intl.DateTimeFormat;
  const present = (date: unknown): unknown => {
    const world = currentWorld();
    return world !== undefined && date === undefined ? Math.floor(world.wallMicros / 1000) : date;
  };
  replace<Loose>(
    prototype,
    'formatToParts',
    (real) =>
      function (this: unknown, date?: unknown) {
        return Reflect.apply(real, this, [present(date)]);
      },
  );
  const format = Object.getOwnPropertyDescriptor(prototype, 'format')!;
  Object.defineProperty(prototype, 'format', {
    ...format,
    get(this: Intl.DateTimeFormat) {
      const bound = Reflect.apply(format.get!, this, []) as (date?: unknown) => string;
      return (date?: unknown) => bound(present(date));
    },
  });
}
