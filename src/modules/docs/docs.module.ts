import { Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { CONFIG, type Config } from '#platform/config/config.js';
import { registerDocsRoutes } from './docs-routes.js';

/** Puts the documents at `/docs`, unless they are switched off: then these paths are `route.notFound` like any other. */
@Injectable()
class DocsRegistration implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    if (this.config.docsEnabled) registerDocsRoutes(this.adapterHost.httpAdapter.getInstance<FastifyInstance>());
  }
}

/** Swagger UI, the AsyncAPI page and the error catalogue, made from the contract this process runs. */
@Module({ providers: [DocsRegistration] })
export class DocsModule {}
