import { DecoratedMethods } from './decorated-methods.js';
import { MethodMarker } from './method-marker.js';

const greetings = new MethodMarker<string>('Greets');

class Base {
  @greetings.mark('inherited')
  greetAll(): string {
    return 'hello, all';
  }
}

class Greeter extends Base {
  constructor(private readonly greeting: string) {
    super();
  }

  @greetings.mark('own')
  greet(name: string): string {
    return `${this.greeting}, ${name}`;
  }

  ignore(): void {}
}

function find(...instances: unknown[]) {
  return new DecoratedMethods({ getProviders: () => instances.map((instance) => ({ instance })) }).findMethods(greetings);
}

describe('DecoratedMethods', () => {
  it('finds decorated methods, own and inherited, and calls them on their provider', () => {
    const found = find(new Greeter('hi'), undefined, null, 'text', { plain: true }, Object.create(null));
    expect(found.map(({ name, metadata }) => [name, metadata])).toEqual([
      ['Greeter.greet', 'own'],
      ['Greeter.greetAll', 'inherited'],
    ]);
    expect(found.map(({ call }) => call('you'))).toEqual(['hi, you', 'hello, all']);
  });

  it('finds a provider with several tokens once and two instances of a class twice', () => {
    const greeter = new Greeter('hi');
    expect(find(greeter, greeter)).toHaveLength(2);
    expect(find(greeter, new Greeter('ho'))).toHaveLength(4);
  });

  it('refuses two decorators of one kind on a method', () => {
    const declare = () => {
      class Twice {
        @greetings.mark('a')
        @greetings.mark('b')
        greet(): void {}
      }
      return Twice;
    };
    expect(declare).toThrow('Twice.greet has two @Greets decorators');
  });
});
