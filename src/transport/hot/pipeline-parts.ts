/** A provider as Nest describes it: `subtype` says what part of the pipeline it is, if it is one for all routes. */
export interface Provider {
  readonly subtype?: string;
  readonly metatype?: { readonly name: string } | null;
}

/** What stands on the fast path for each guard, interceptor, pipe and filter that Nest runs for every route. */
const standIns: ReadonlyMap<string, string> = new Map([
  ['JwtAuthGuard', 'KnownCallers; who is not known goes through the guard'],
  ['OperatorGuard', 'nothing: it lets pass all but the routes of operators, which cannot be hot'],
  ['ContractInterceptor', 'RouteChecks'],
  ['ProblemFilter', 'answerProblem'],
]);

/** What decorators leave on a controller and on its method when they do no more than the fast path does. */
const plainControllerKeys: ReadonlySet<unknown> = new Set([
  'design:type',
  'design:paramtypes',
  '__controller__',
  '__version__',
  'path',
  'host',
  'scope:options',
]);
const plainMethodKeys: ReadonlySet<unknown> = new Set(['path', 'method', '__httpCode__', 'parley:route', 'parley:arguments']);

/** Throws when Nest runs something for every route that has no stand-in on the fast path: a check would be missing there. */
export function refuseUnknownParts(providers: readonly Provider[]): void {
  for (const { subtype, metatype } of providers) {
    if (subtype === undefined || standIns.has(metatype?.name ?? '')) continue;
    throw new Error(
      `the ${subtype} ${metatype?.name ?? 'without a name'} has no stand-in for hot routes, see transport/hot/pipeline-parts`,
    );
  }
}

/** Throws when a decorator of this method, or of its controller, asks for something of Nest that the fast path does not do. */
export function refuseUnknownDecorators(controller: object, method: object & { readonly name: string }): void {
  const unknown = [
    ...Reflect.getMetadataKeys(controller).filter((key) => !plainControllerKeys.has(key)),
    ...Reflect.getMetadataKeys(method).filter((key) => !plainMethodKeys.has(key)),
  ];
  if (unknown.length > 0)
    throw new Error(`${method.name} is a hot route, and has decorators that only Nest's pipeline obeys: ${unknown.map(String).join(', ')}`);
}
