import { Controller } from '@nestjs/common';
import type { NoticeId } from '#contracts/primitives.js';
import type { RouteInput, RouteOutput } from '#contracts/routes.js';
import { clock } from '#platform/clock/clock.js';
import { newId } from '#platform/ids.js';
import { Endpoint } from '../../../transport/endpoint.js';
import { Input } from '../../../transport/handler-arguments.js';
import { Emitter } from '../../realtime/emitter.js';
import { ReadStats } from '../read/read-stats.js';

/** REST routes of operators: statistics and notices. */
@Controller()
export class AdminController {
  constructor(
    private readonly readStats: ReadStats,
    private readonly emitter: Emitter,
  ) {}

  @Endpoint('admin.stats')
  stats(): Promise<RouteOutput<'admin.stats'>> {
    return this.readStats.execute();
  }

  @Endpoint('admin.notice')
  notify(@Input() { body }: RouteInput<'admin.notice'>): RouteOutput<'admin.notice'> {
    const notice = { id: newId<NoticeId>(), level: body.level ?? 'info', text: body.text, at: clock.date().toISOString() };
    this.emitter.toEveryone('notice', notice);
    return notice;
  }
}
