import { MemoryPresenceStore } from '../../src/modules/presence/infra/memory-presence-store.js';
import { describePresenceStore } from './presence-store.suite.js';

describePresenceStore('memory', () => new MemoryPresenceStore());
