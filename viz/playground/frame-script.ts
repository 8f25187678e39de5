/** The script of the frame that a story runs in: makes the worker, and passes on what is said. */
import type { FromFrame, ToFrame } from './sandbox.ts';

addEventListener('message', ({ data, ports: [port] }: MessageEvent<ToFrame>) => {
  if (port === undefined) return;
  const tell = (message: FromFrame, transfer: Transferable[] = []): void =>
    port.postMessage(message, transfer);
  const worker = new Worker(URL.createObjectURL(new Blob([data.code], { type: 'text/javascript' })));
  worker.onmessage = ({ data: said }: MessageEvent<{ piece?: Uint8Array<ArrayBuffer> }>) =>
    tell({ said }, said.piece === undefined ? [] : [said.piece.buffer]);
  worker.onerror = (event) => {
    event.preventDefault();
    tell({ died: event.message });
  };
  port.onmessage = ({ data: message }: MessageEvent<unknown>) => worker.postMessage(message);
});
