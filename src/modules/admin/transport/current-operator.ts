import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '#platform/errors/app-error.js';

/** The operator who makes a request, and from where. */
export interface CurrentOperator {
  readonly username: string;
  /** The network address. */
  readonly address: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `OperatorGuard` on routes that need an operator. */
    operator?: CurrentOperator;
  }
}

/** Injects the operator of a route that needs one. Throws `auth.required` on other routes. */
export const ActingOperator = createParamDecorator((_: unknown, context: ExecutionContext): CurrentOperator => {
  const { operator } = context.switchToHttp().getRequest<FastifyRequest>();
  if (operator === undefined) throw new AppError('auth.required');
  return operator;
});
