import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { RateLimits } from '../platform/rate-limits.js';
import { ContractInterceptor } from './contract.interceptor.js';
import { ProblemFilter } from './problem.filter.js';

/** The REST door: every route of the contract is parsed, limited and answered alike. Exports `RateLimits`. */
@Global()
@Module({
  providers: [RateLimits, { provide: APP_FILTER, useClass: ProblemFilter }, { provide: APP_INTERCEPTOR, useClass: ContractInterceptor }],
  exports: [RateLimits],
})
export class TransportModule {}
