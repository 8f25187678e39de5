/**
 * Where a story that somebody has written runs: a worker of a frame that has no origin and may load nothing. What a reader was sent in
 * a link can neither ask a server nor see what the page has stored, whatever it tries.
 */
import type { EngineThread } from '../engine/engine.ts';

/** Scripts that the frame makes itself, and the one that makes the worker; everything else is refused by the browser. */
const policy = (nonce: string): string =>
  `default-src 'none'; script-src 'nonce-${nonce}' blob:; worker-src blob:; base-uri 'none'; form-action 'none'`;

/** What the page and the frame say to each other beside what is meant for the worker. */
export type ToFrame = { readonly code: string };
export type FromFrame = { readonly said: unknown } | { readonly died: string };

export class SandboxedThread implements EngineThread {
  onmessage: EngineThread['onmessage'] = null;
  onerror: EngineThread['onerror'] = null;
  readonly #frame = document.createElement('iframe');
  readonly #port: MessagePort;

  /**
   * @param code of the worker.
   * @param scriptAddress of `frame-script.js`, whole.
   */
  constructor(code: string, scriptAddress: string) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }: MessageEvent<FromFrame>) => this.#hear(data);
    const nonce = crypto.randomUUID();
    const frame = this.#frame;
    frame.sandbox.add('allow-scripts');
    frame.hidden = true;
    frame.title = 'The engine';
    frame.srcdoc =
      `<!doctype html><meta http-equiv="content-security-policy" content="${policy(nonce)}">` +
      `<script nonce="${nonce}" src="${scriptAddress.replaceAll('&', '&amp;')}"></script>`;
    frame.onload = () => {
      const message: ToFrame = { code };
      // It has no origin that could be named.
      frame.contentWindow?.postMessage(message, '*', [port2]);
    };
    document.body.append(frame);
  }

  postMessage(message: unknown): void {
    this.#port.postMessage(message);
  }

  /** The worker goes with its frame. */
  terminate(): void {
    this.#port.close();
    this.#frame.remove();
  }

  #hear(data: FromFrame): void {
    if ('said' in data) {
      this.onmessage?.call(this as unknown as Worker, new MessageEvent('message', { data: data.said }));
    } else {
      this.onerror?.call(
        this as unknown as Worker,
        new ErrorEvent('error', { message: data.died, cancelable: true }),
      );
    }
  }
}
