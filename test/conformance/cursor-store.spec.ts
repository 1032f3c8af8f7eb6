import { MemoryCursorStore } from '../../src/modules/receipts/infra/memory-cursor-store.js';
import { describeCursorStore } from './cursor-store.suite.js';

describeCursorStore('memory', () => new MemoryCursorStore());
