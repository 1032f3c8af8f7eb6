import { closeSockets } from './sockets.js';

afterEach(() => closeSockets());
