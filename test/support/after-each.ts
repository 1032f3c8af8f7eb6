import { endLeftovers } from './kill-at-exit.js';
import { closeSockets } from './sockets.js';

afterEach(() => closeSockets());
afterAll(() => endLeftovers(), 20_000);
