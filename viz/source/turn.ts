/** Taken before a story in a worker could change it. */
const Channel = MessageChannel;

/** Lets messages be taken between two slices of work; a timer would wait four milliseconds. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new Channel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(undefined);
  });
}
