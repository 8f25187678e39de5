// An application that says what it sees of where it is: in what the loader throws at it, in stacks, and in what Node tells of calls.
import util from 'node:util';

export async function start() {
  const seen = [];
  for (const options of [undefined, { with: { type: 'json' } }])
    await import(options === undefined ? '../../../package.json' : './marks.js', options).catch(
      ({ message, stack }) => seen.push(message, stack),
    );
  seen.push(await new Promise((resolve) => setImmediate(() => resolve(new Error('in an immediate').stack))));
  seen.push(JSON.stringify(util.getCallSites?.(3) ?? []));
  return seen;
}
