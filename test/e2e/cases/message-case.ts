import type { RouteName } from '#contracts/routes.js';
import { isRefused, type Check } from './case.js';
import { scene, type Scene } from '../../support/scene.js';

/** For someone who is not a member the conversation does not exist, whatever the route. */
export function strangersFindNothing(name: RouteName, params: (scene: Scene) => object, body?: unknown): Check {
  return async () => {
    const setting = await scene();
    await isRefused(setting.stranger, name, { params: params(setting), body }, 'conversation.notFound');
  };
}
