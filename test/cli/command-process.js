/** A process that runs one command line after the other, as they are sent to it: the threads of a run that left nothing behind serve the next. */
import { main } from '../../dist/src/cli/main.js';

/** Threads that were begun since somebody asked. */
let threads = 0;
process.on('worker', () => threads++);
const interruptions = new Set();

process.on('message', async (order) => {
  if (order === 'interrupt') {
    for (const listener of interruptions) listener();
    return;
  }
  const { args, directory, environment } = order;
  let out = '';
  let err = '';
  threads = 0;
  process.chdir(directory);
  const code = await main(args, {
    out: (text) => {
      out += typeof text === 'string' ? text : Buffer.from(text).toString();
    },
    err: (text) => {
      err += text;
    },
    input: async function* () {},
    outIsTerminal: false,
    errIsTerminal: false,
    columns: 100,
    environment: { ...process.env, ...environment },
    abandoned: new Promise(() => {}),
    onInterrupt(listener) {
      interruptions.add(listener);
      return () => interruptions.delete(listener);
    },
  });
  process.send({ code, out, err, threads });
});
