import { EXCEPTION_FILTERS_METADATA, GUARDS_METADATA, INTERCEPTORS_METADATA, PIPES_METADATA } from '@nestjs/common/internal';
import { GATEWAY_METADATA, GATEWAY_OPTIONS, MESSAGE_METADATA, PARAM_ARGS_METADATA, PORT_METADATA } from '@nestjs/websockets/internal';

/** Decorators that only Nest's own pipeline applies. Socket commands do not pass through it. */
const pipelineDecorators: ReadonlyMap<string, string> = new Map([
  [GUARDS_METADATA, '@UseGuards'],
  [PIPES_METADATA, '@UsePipes'],
  [INTERCEPTORS_METADATA, '@UseInterceptors'],
  [EXCEPTION_FILTERS_METADATA, '@UseFilters'],
]);
const connectionHooks = ['handleConnection', 'handleDisconnect'];

/** Whether the class carries `@WebSocketGateway`. */
export function isGateway(type: object): boolean {
  return Reflect.hasMetadata(GATEWAY_METADATA, type);
}

/** The message that a method is subscribed to with `@SubscribeMessage`, if any. */
export function messageOf(method: object): string | undefined {
  const name: unknown = Reflect.getMetadata(MESSAGE_METADATA, method);
  return typeof name === 'string' ? name : undefined;
}

/**
 * Lists what the gateway declares without effect, because Nest binds nothing to our sockets. A reader would rely on such a declaration.
 * One line per fault; empty if there is none.
 */
export function gatewayFaults(type: NamedClass): string[] {
  const { name, prototype } = type;
  const methods = Object.getOwnPropertyNames(prototype).filter((key) => key !== 'constructor');
  return [
    ...pipelineFaults(type, name),
    ...(hasOptions(type) ? [`${name} sets a port or options of its own, but all gateways share one server`] : []),
    ...connectionHooks.filter((key) => key in prototype).map((key) => `${name} has ${key}, which is never called`),
    ...methods.flatMap((key) => methodFaults(type, key)),
  ];
}

interface NamedClass {
  readonly name: string;
  readonly prototype: object;
}

function methodFaults(type: NamedClass, key: string): string[] {
  const method: unknown = Object.getOwnPropertyDescriptor(type.prototype, key)?.value;
  const where = `${type.name}.${key}`;
  const parameters = Reflect.hasMetadata(PARAM_ARGS_METADATA, type, key) ? [`${where} decorates its parameters, which has no effect`] : [];
  return typeof method === 'function' ? [...pipelineFaults(method, where), ...parameters] : parameters;
}

function pipelineFaults(target: object, where: string): string[] {
  return [...pipelineDecorators]
    .filter(([key]) => Reflect.hasMetadata(key, target))
    .map(([, decorator]) => `${where} carries ${decorator}, which has no effect`);
}

function hasOptions(type: object): boolean {
  const options: unknown = Reflect.getMetadata(GATEWAY_OPTIONS, type);
  const isEmpty = typeof options === 'object' && options !== null && Object.keys(options).length === 0;
  return Reflect.getMetadata(PORT_METADATA, type) !== 0 || !isEmpty;
}
