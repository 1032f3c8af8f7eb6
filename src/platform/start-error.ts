/** A problem that stops the process and that the operator can solve: printed as it is, without a stack. `exitCode` 2 means wrong usage. */
export class StartError extends Error {
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
    options: ErrorOptions = {},
  ) {
    super(message, options);
    this.name = 'StartError';
  }
}
