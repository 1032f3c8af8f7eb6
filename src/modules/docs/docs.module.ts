import { Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { CONFIG, type Config } from '#platform/config/config.js';
import { registerDocsRoutes } from './docs-routes.js';

/** Serves the documentation at `/docs` if it is enabled; otherwise these paths answer `route.notFound`. */
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

/** Swagger UI, the page of events and the error catalogue, generated from the contract of this process. */
@Module({ providers: [DocsRegistration] })
export class DocsModule {}
