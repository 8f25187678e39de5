/** A capture cannot be read; `message` is one line for people and says where and what to do. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
}
