/** A value with its JSON text, for what is sent more than once: the text is written once. Inside other JSON it stands for the value. */
export class JsonText<T extends object> {
  /** `text` has to be the JSON of what `read` gives; `read` is called when somebody needs more than the text. */
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

/** The JSON of a value, or the text it brings along. */
export function jsonOf(value: unknown): string {
  return value instanceof JsonText ? value.text : JSON.stringify(value);
}
