import { nodeNames, topology } from './topology.js';

/** Where an API node listens, as HAProxy finds it. */
export interface ProxiedNode {
  readonly name: string;
  readonly address: string;
}

export interface ProxyOptions {
  /** `127.0.0.1:8080`, or `*:8080` in a container. */
  readonly bind: string;
  readonly nodes: readonly ProxiedNode[];
  /** The nodes' addresses are names that change their meaning when a container is replaced. */
  readonly isResolved: boolean;
  /** Connections at a time; what the limit of open files allows when left out. */
  readonly connectionsMax?: number;
}

const { proxy, health } = topology;

/**
 * The configuration of HAProxy (2.6 or newer). WebSocket connections go to the node with the fewest; long polling, and what
 * began as it, stays with one node. Nodes that are not ready get nothing while another one is; when none is ready, the cause
 * is one they share, and a node that lives gives a better answer than a proxy can.
 */
export function haproxyConfig(options: ProxyOptions): string {
  return `${[header, globals(options.connectionsMax), defaults(), ...(options.isResolved ? [resolvers] : []), frontend(options.bind), ...backends(options)].join('\n\n')}\n`;
}

/** What containers use: the committed deploy/haproxy.cfg. */
export function composeHaproxyConfig(): string {
  const nodes = nodeNames('api').map((name) => ({ name, address: `${name}:${topology.api.port}` }));
  return haproxyConfig({ bind: `*:${proxy.port}`, nodes, isResolved: true, connectionsMax: proxy.connectionsMax });
}

const header = '# Generated from tools/cluster/topology.ts by `npm run generate`; edit it there.';

function globals(connectionsMax: number | undefined): string {
  const maxconn = connectionsMax === undefined ? '' : `\n  maxconn ${connectionsMax}`;
  return `global${maxconn}\n  hard-stop-after ${topology.stopGraceSeconds.proxy}s\n  log stdout format raw local0 notice`;
}

function defaults(): string {
  const timeouts = Object.entries(proxy.timeoutSeconds).map(([name, seconds]) => `  timeout ${name} ${seconds}s`);
  return `defaults
  mode http
  log global
  option httplog
  option dontlog-normal
  # A connection to a node carries one request: none is lost on one that a draining node closes.
  option http-server-close
  option forwardfor
  # Only what never reached a node is tried again: a request may have had its effect otherwise.
  retries 2
  retry-on conn-failure
  option redispatch 1
${timeouts.join('\n')}`;
}

const resolvers = `resolvers containers
  parse-resolv-conf
  hold valid 2s`;

function frontend(bind: string): string {
  return `frontend parley
  bind ${bind}
  # Whoever calls does not say for whom: the proxy does.
  http-request del-header X-Forwarded-For
  http-request del-header Forwarded
  acl is_socket path_beg /socket.io
  acl is_polling url_param(transport) -m str polling
  acl is_begun url_param(sid) -m found
  # What has begun on a node stays there for as long as it lives: another one does not know it.
  use_backend alive if is_socket is_begun
  use_backend alive if { nbsrv(nodes) eq 0 }
  use_backend polling if is_socket is_polling
  default_backend nodes`;
}

/** Cookie first; who keeps none (a program, a page of another site) is told apart by address. */
const sticky = `  balance source
  hash-type consistent
  cookie ${proxy.stickyCookie} insert indirect nocache httponly attr SameSite=Lax`;

function backends({ nodes, isResolved }: ProxyOptions): string[] {
  const found = isResolved ? ' resolvers containers init-addr last,libc,none' : '';
  const { intervalSeconds, fall, rise } = proxy.check;
  const check = `check inter ${intervalSeconds}s fall ${fall} rise ${rise}`;
  const servers = (rest: (name: string) => string): string =>
    nodes.map(({ name, address }) => `  server ${name} ${address} ${rest(name)}${found}`).join('\n');
  return [
    `backend nodes\n  balance leastconn\n${probe(health.ready)}\n${servers(() => check)}`,
    `backend polling\n${sticky}\n${servers((name) => `cookie ${name} track nodes/${name}`)}`,
    `# For what has begun, and for all when no node is ready.\nbackend alive\n${sticky}\n${probe(health.live)}\n${servers((name) => `cookie ${name} ${check}`)}`,
  ];
}

function probe(path: string): string {
  return `  option httpchk\n  http-check send meth GET uri ${path}\n  http-check expect status 200`;
}
