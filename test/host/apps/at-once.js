// An application that imports much at once, and tells in which order it goes on.
/** Stands for a package whose module imports while it is loaded. */
const PACKAGED = 'packaged';
const NAMES = [
  'mqtt',
  PACKAGED,
  './parts/unit.js',
  'node:zlib',
  './parts/none.js',
  './parts/late-part.js',
  'aedes',
  './parts/waiting.js',
  'node:zlib',
  'ws',
  './parts/unit.js?again',
  'mqtt',
];

/** With what else becomes ready meanwhile: long chains of microtasks, and of ticks. */
export async function order(packaged) {
  const told = [];
  const chain = (async () => {
    for (let link = 0; link < 50; link++) await null;
    told.push('microtasks');
  })();
  const ticks = new Promise((resolve) => {
    const tick = (left) =>
      process.nextTick(() => (left === 0 ? resolve(told.push('ticks')) : tick(left - 1)));
    tick(50);
  });
  const imports = NAMES.map((name, at) =>
    import(name === PACKAGED ? packaged : name)
      .catch(() => {})
      .then(async () => {
        told.push(`${at} ${name}`);
        // What follows from one comes before the next.
        for (let link = 0; link < 20; link++) await null;
        told.push(`after ${at}`);
      }),
  );
  await Promise.all([...imports, chain, ticks]);
  return told;
}

/** What `order` has to come to: one after the other as they were asked for, but for what itself imports, and what takes virtual time to be there. */
export const ORDER = [
  ...['ticks', 'microtasks'],
  ...[0, 1, 3, 4, 5, 6, 8, 9, 11, 7, 2, 10].flatMap((at) => [`${at} ${NAMES[at]}`, `after ${at}`]),
];
