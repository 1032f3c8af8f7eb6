import { AppError } from '#platform/errors/app-error.js';

/** Throws `payload.tooLarge` for a text of more bytes. A UTF-16 unit takes three bytes at most, so most texts need not be measured. */
export function refuseLongText(text: string, bytesMax: number, path: string): void {
  if (text.length * 3 <= bytesMax || Buffer.byteLength(text) <= bytesMax) return;
  throw new AppError('payload.tooLarge', {
    detail: `a text holds at most ${bytesMax} bytes`,
    limit: bytesMax,
    errors: [{ path, message: `is over ${bytesMax} bytes` }],
  });
}
