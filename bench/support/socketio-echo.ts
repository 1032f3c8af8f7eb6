import { fileURLToPath } from 'node:url';
import { ChildServer } from './child-server.js';

/** The bare Socket.IO reference in a process of its own; `auth: { room }` decides where a socket's messages go. */
export function startSocketioEcho(): Promise<ChildServer> {
  return ChildServer.start(fileURLToPath(new URL('../references/socketio-echo.js', import.meta.url)));
}
