/** A provider as Nest describes it. `subtype` names its part in the pipeline if it runs for every route: guard, interceptor, pipe, filter. */
export interface Provider {
  readonly subtype?: string;
  readonly metatype?: { readonly name: string } | null;
}

/** What the fast path runs in place of each part that Nest runs for every route. */
const replacements: ReadonlyMap<string, string> = new Map([
  ['JwtAuthGuard', 'TokenVerifier'],
  ['OperatorGuard', 'nothing: it only guards routes of operators, which cannot be hot'],
  ['ContractInterceptor', 'RouteChecks'],
  ['ProblemFilter', 'sendProblem'],
]);

/** Metadata of a controller and of its method that the fast path obeys or that has no effect on a request. */
const knownControllerKeys: ReadonlySet<unknown> = new Set([
  'design:type',
  'design:paramtypes',
  '__controller__',
  '__version__',
  'path',
  'host',
  'scope:options',
]);
const knownMethodKeys: ReadonlySet<unknown> = new Set(['path', 'method', '__httpCode__', 'parley:route', 'parley:arguments']);

/** Throws if Nest runs a part for every route that the fast path does not replace, because hot routes would skip it. */
export function refuseUnknownParts(providers: readonly Provider[]): void {
  for (const { subtype, metatype } of providers) {
    if (subtype === undefined || replacements.has(metatype?.name ?? '')) continue;
    throw new Error(`hot routes would skip the ${subtype} ${metatype?.name ?? 'without a name'}, see transport/hot/nest-decorations`);
  }
}

/** Throws if the method or its controller carries a decorator that only Nest's pipeline obeys. */
export function refuseUnknownDecorators(controller: object, method: object & { readonly name: string }): void {
  const unknown = [
    ...Reflect.getMetadataKeys(controller).filter((key) => !knownControllerKeys.has(key)),
    ...Reflect.getMetadataKeys(method).filter((key) => !knownMethodKeys.has(key)),
  ];
  if (unknown.length > 0)
    throw new Error(`${method.name} is a hot route but has decorators that only Nest's pipeline obeys: ${unknown.map(String).join(', ')}`);
}
