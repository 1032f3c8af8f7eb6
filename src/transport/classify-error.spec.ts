import { BadRequestException, HttpException, NotFoundException } from '@nestjs/common';
import { errorCatalogue, type ErrorCode } from '#contracts/errors.js';
import { AppError } from '#platform/errors/app-error.js';
import { classifyError } from './classify-error.js';
import { toAck, toProblem } from './problem.js';

const codes = Object.keys(errorCatalogue) as ErrorCode[];
const withCode = (code: string, extra: object = {}) => Object.assign(new Error('secret'), { code, ...extra });

describe('the code of an error', () => {
  it.each<[unknown, ErrorCode]>([
    [new AppError('message.deleted'), 'message.deleted'],
    [withCode('FST_ERR_CTP_BODY_TOO_LARGE', { statusCode: 413 }), 'payload.tooLarge'],
    [withCode('FST_ERR_CTP_INVALID_MEDIA_TYPE', { statusCode: 415 }), 'validation.failed'],
    [withCode('FST_ERR_SOMETHING_NEW', { statusCode: 400 }), 'validation.failed'],
    [new BadRequestException(), 'validation.failed'],
    [new NotFoundException(), 'route.notFound'],
    [new HttpException('too large', 413), 'payload.tooLarge'],
    [new HttpException('teapot', 418), 'internal'],
    [withCode('ECONNREFUSED'), 'overloaded'],
    [withCode('08006'), 'overloaded'],
    [withCode('57P01'), 'overloaded'],
    [withCode('57014'), 'overloaded'],
    [withCode('53300'), 'overloaded'],
    [withCode('40P01'), 'overloaded'],
    [Object.assign(new Error('query failed'), { driverError: withCode('ECONNRESET') }), 'overloaded'],
    [new AggregateError([withCode('ECONNREFUSED')]), 'overloaded'],
    [new Error('Connection terminated unexpectedly'), 'overloaded'],
    [withCode('23505'), 'internal'],
    [withCode('42P01'), 'internal'],
    [new TypeError('x is not a function'), 'internal'],
    ['a string', 'internal'],
    [undefined, 'internal'],
    [null, 'internal'],
  ])('%p is %s', (err, code) => {
    expect(classifyError(err).code).toBe(code);
  });

  it('says nothing of the cause to anybody', () => {
    const error = classifyError(new Error('password=hunter2'));
    expect(JSON.stringify([toProblem(error, 'r1'), toAck(error, 'r1')])).not.toContain('hunter2');
  });
});

describe.each(codes)('%s', (code) => {
  it('is told alike over REST and socket', () => {
    const error = new AppError(code, { retryAfterMs: 1.5, errors: [{ path: 'a', message: 'b' }] });
    const spec = errorCatalogue[code];
    expect(toProblem(error, 'r1')).toEqual({
      type: `/docs/errors#${code}`,
      title: spec.title,
      status: spec.status,
      code,
      detail: spec.meaning,
      requestId: 'r1',
      retryAfterMs: 2,
      errors: [{ path: 'a', message: 'b' }],
    });
    expect(toAck(error, 'r1')).toEqual({
      code,
      message: spec.meaning,
      retryable: spec.retryable,
      requestId: 'r1',
      retryAfterMs: 2,
      errors: [{ path: 'a', message: 'b' }],
    });
  });
});
