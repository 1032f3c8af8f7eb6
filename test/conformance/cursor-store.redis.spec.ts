import { RedisCursorStore } from '../../src/modules/receipts/infra/redis-cursor-store.js';
import { redisNodes } from '../support/redis-nodes.js';
import { describeCursorStore } from './cursor-store.suite.js';

const nodes = redisNodes();

describeCursorStore('Redis', () => new RedisCursorStore(nodes.first().commands));
