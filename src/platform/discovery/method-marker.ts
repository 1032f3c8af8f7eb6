type Method = (...args: never[]) => unknown;

/**
 * A kind of method decorator, such as `@Applies`: marks methods with a value, so that `DecoratedMethods` finds them among all
 * providers. A method carries at most one mark of a kind.
 */
export class MethodMarker<M> {
  private readonly key: symbol;

  /** `name` is how error texts call the decorator. */
  constructor(readonly name: string) {
    this.key = Symbol(name);
  }

  /** The decorator that marks a method with `metadata`; it accepts methods of the signature `F` only. */
  mark<F extends Method>(metadata: M) {
    return <T extends F>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<T>): void => {
      const method = descriptor.value;
      if (method === undefined) throw new Error(`@${this.name} belongs on a method`);
      if (this.metadataOf(method) !== undefined)
        throw new Error(`${target.constructor.name}.${String(key)} has two @${this.name} decorators`);
      Reflect.defineMetadata(this.key, metadata, method);
    };
  }

  /** The value that the method was marked with, or undefined. */
  metadataOf(method: object): M | undefined {
    return Reflect.getMetadata(this.key, method);
  }
}
