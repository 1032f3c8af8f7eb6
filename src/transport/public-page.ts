import { applyDecorators, Get, SetMetadata } from '@nestjs/common';

const pageKey = 'parley:public-page';

/** Binds a controller's method to GET paths outside the contract that anyone may read. */
export function PublicPage(paths: readonly string[]): MethodDecorator {
  return applyDecorators(Get([...paths]), SetMetadata(pageKey, true));
}

/** Whether the handler is a public page, which the auth guard lets through. */
export function isPublicPage(handler: object): boolean {
  return Reflect.hasMetadata(pageKey, handler);
}
