/** A value with its JSON text, for values that are sent more than once: they are serialized once. Inside other JSON it stands for the value. */
export class JsonText<T extends object> {
  /** `text` must be the JSON of the value that `read` returns; `read` is called only when the text is not enough. */
  constructor(
    readonly text: string,
    private readonly read: () => T,
  ) {}

  static of<T extends object>(value: T): JsonText<T> {
    return new JsonText(JSON.stringify(value), () => value);
  }

  get value(): T {
    return this.read();
  }

  toJSON(): T {
    return this.value;
  }
}

/** The JSON of a value; of a `JsonText` its ready text. */
export function jsonOf(value: unknown): string {
  return value instanceof JsonText ? value.text : JSON.stringify(value);
}
