import { Injectable, type OnModuleInit } from '@nestjs/common';
import { routes } from '#contracts/routes.js';
import { metrics } from '#platform/metrics.js';
import { AnsweredRequests } from '../../transport/answered-requests.js';
import { nestPath } from '../../transport/endpoint.js';

const routeNames = new Map(Object.entries(routes).map(([name, { method, path }]) => [`${method} ${nestPath(path)}`, name]));

/** Measures every answered request under its route's name; what is not of the contract is `other`. */
@Injectable()
export class HttpDurations implements OnModuleInit {
  constructor(private readonly answered: AnsweredRequests) {}

  onModuleInit(): void {
    this.answered.listen(({ method, route, status, ms }) => {
      metrics.request(routeNames.get(`${method} ${route ?? ''}`) ?? 'other', status, ms / 1000);
    });
  }
}
