import type { ErrorCode, FieldError } from '#contracts/errors.js';

export interface AppErrorOptions {
  /** One sentence for the caller about this case; never a value the caller may not see. */
  readonly detail?: string;
  /** Milliseconds after which the same request may succeed. */
  readonly retryAfterMs?: number;
  /** The limit that was exceeded, with `payload.tooLarge`: bytes, or messages of a batch. */
  readonly limit?: number;
  readonly errors?: readonly FieldError[];
  readonly cause?: unknown;
}

/** The one error features throw: a code of the catalogue. HTTP status and ack envelope are looked up per transport. */
export class AppError extends Error {
  readonly retryAfterMs: number | undefined;
  readonly limit: number | undefined;
  readonly errors: readonly FieldError[] | undefined;
  readonly detail: string | undefined;

  constructor(
    readonly code: ErrorCode,
    options: AppErrorOptions = {},
  ) {
    super(options.detail ?? code, { cause: options.cause });
    this.name = 'AppError';
    this.detail = options.detail;
    this.retryAfterMs = options.retryAfterMs;
    this.limit = options.limit;
    this.errors = options.errors;
  }
}
