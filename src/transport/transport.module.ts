import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, DiscoveryModule, HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { RateLimits } from '#platform/rate-limits.js';
import { AnsweredRequests } from './answered-requests.js';
import { ContractInterceptor } from './contract.interceptor.js';
import { HotDispatcher } from './hot/hot-dispatcher.js';
import { HotEndpoints } from './hot/hot-endpoints.js';
import { KnownCallers } from './known-callers.js';
import { ProblemFilter } from './problem.filter.js';
import { RouteChecks } from './route-checks.js';

/** The REST door: every route of the contract is parsed, limited and answered alike. Exports `RateLimits`, `KnownCallers` and `AnsweredRequests`. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    RateLimits,
    KnownCallers,
    RouteChecks,
    AnsweredRequests,
    HotEndpoints,
    {
      provide: HotDispatcher,
      inject: [HttpAdapterHost, HotEndpoints, KnownCallers, RouteChecks],
      useFactory: hotDispatcher,
    },
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_INTERCEPTOR, useClass: ContractInterceptor },
  ],
  exports: [RateLimits, KnownCallers, AnsweredRequests],
})
export class TransportModule {}

/** Providers are made before Nest adds its routes, and that is when the dispatcher has to be in place. */
function hotDispatcher(
  host: HttpAdapterHost<FastifyAdapter>,
  endpoints: HotEndpoints,
  callers: KnownCallers,
  checks: RouteChecks,
): HotDispatcher {
  const dispatcher = new HotDispatcher(endpoints, callers, checks);
  dispatcher.standBefore(host.httpAdapter.getInstance());
  return dispatcher;
}
