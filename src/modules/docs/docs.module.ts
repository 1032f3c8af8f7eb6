import { Module } from '@nestjs/common';
import { DocsController } from './docs.controller.js';

/** Swagger UI, the page of events and the error catalogue, generated from the contract of this process. */
@Module({ controllers: [DocsController] })
export class DocsModule {}
