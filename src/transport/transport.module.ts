import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { RateLimits } from '#platform/rate-limits.js';
import { HotRoutes } from './hot/hot-routes.js';
import { ContractInterceptor } from './pipeline/contract.interceptor.js';
import { ProblemFilter } from './pipeline/problem.filter.js';
import { RouteChecks } from './pipeline/route-checks.js';

/** REST: the same parsing, limits and errors for every route of the contract. Exports `RateLimits`. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    RateLimits,
    RouteChecks,
    HotRoutes,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_INTERCEPTOR, useClass: ContractInterceptor },
  ],
  exports: [RateLimits],
})
export class TransportModule {}
