import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { answerProblem } from './answer-problem.js';

/** Answers every error of Nest's pipeline, and of the server before it, as all errors of the REST door are answered. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(err: unknown, host: ArgumentsHost): void {
    answerProblem(err, host.switchToHttp().getResponse<FastifyReply>());
  }
}
