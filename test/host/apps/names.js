// An application that has what is of its process by the names of a module of Node, and is the first to import that.
import { env, stdin, stdout } from 'node:process';

export async function start() {
  const own = [env === process.env, stdin === process.stdin, stdout === process.stdout];
  const missed = [];
  stdout.on('error', ({ message }) => missed.push(message));
  stdout.end(`${env.ID} ends\n`);
  await new Promise((resolve) => setTimeout(resolve, 5));
  stdout.write(`${env.ID} goes on\n`);
  stdin.on('end', () => {});
  env.COUNT = 1;
  return [env.ID, typeof env.COUNT, Object.keys(env), own, missed, [stdout, stdin].map(listeners)].flat(2);
}

const listeners = (stream) => stream.listenerCount(stream === stdin ? 'end' : 'error');
