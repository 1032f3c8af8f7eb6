import { nodeNames, topology } from './topology.js';

/** The address of an API node, as seen by HAProxy. */
export interface ProxiedNode {
  readonly name: string;
  readonly address: string;
}

export interface ProxyOptions {
  /** The address to listen on: `127.0.0.1:8080`, or `*:8080` in a container. */
  readonly bind: string;
  readonly nodes: readonly ProxiedNode[];
  /** Whether the nodes' addresses are names, which must be resolved again when a container is replaced. */
  readonly isResolved: boolean;
  /** The number of concurrent connections; by default as many as the limit of open files allows. */
  readonly connectionsMax?: number;
}

const { proxy, health } = topology;

/**
 * The configuration of HAProxy (2.6 or newer). WebSocket connections go to the node with the fewest connections. Sessions that
 * begin with long polling stay on one node. Nodes that are not ready get no traffic while another node is ready. If no node is
 * ready, the cause is a shared one, and a live node gives a better answer than the proxy could.
 */
export function haproxyConfig(options: ProxyOptions): string {
  return `${[header, globals(options.connectionsMax), defaults(), ...(options.isResolved ? [resolvers] : []), frontend(options.bind), ...backends(options)].join('\n\n')}\n`;
}

/** The committed deploy/haproxy.cfg, which containers use. */
export function composeHaproxyConfig(): string {
  const nodes = nodeNames('api').map((name) => ({ name, address: `${name}:${topology.api.port}` }));
  return haproxyConfig({ bind: `*:${proxy.port}`, nodes, isResolved: true, connectionsMax: proxy.connectionsMax });
}

const header = '# Generated from tools/cluster/topology.ts by `npm run generate`; edit it there.';

function globals(connectionsMax: number | undefined): string {
  const maxconn = connectionsMax === undefined ? '' : `\n  maxconn ${connectionsMax}`;
  return `global${maxconn}
  hard-stop-after ${topology.stopGraceSeconds.proxy}s
  log stdout format raw local0 notice
  # The proxies in front whose X-Forwarded-For counts, unless the environment names others. By default those of this machine and of
  # private networks, because HAProxy listens on this machine only. Name yours before you let clients connect to HAProxy directly.
  presetenv TRUSTED_PROXIES "${proxy.trustedByDefault.join(' ')}"`;
}

function defaults(): string {
  const timeouts = Object.entries(proxy.timeoutSeconds).map(([name, seconds]) => `  timeout ${name} ${seconds}s`);
  return `defaults
  mode http
  log global
  option httplog
  option dontlog-normal
  # A connection to a node carries a single request, so that a draining node never closes a connection with a request on it.
  option http-server-close
  option forwardfor
  # Only requests that never reached a node are retried, because others may have had their effect.
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
${clientAddress}
  acl is_socket path_beg /socket.io
  acl is_polling url_param(transport) -m str polling
  acl is_begun url_param(sid) -m found
  # A session stays on its node as long as the node lives, because other nodes do not know it.
  use_backend alive if is_socket is_begun
  use_backend alive if { nbsrv(nodes) eq 0 }
  use_backend polling if is_socket is_polling
  default_backend nodes`;
}

/** As many proxies in a row as a header may report. */
const trustedHopsMax = 3;

/**
 * Sets the client's address where trusted proxies report it. Each proxy appends the address that it saw, so addresses are taken from the
 * end of the header as long as the one before is trusted. Whatever a client itself wrote stands in front of them and is dropped.
 */
const clientAddress = `  # The client's address is that of the connection. If this is a trusted proxy (TRUSTED_PROXIES), it is the address that the proxy reports.
  acl is_trusted src -- "\${TRUSTED_PROXIES[*]}"
${Array.from({ length: trustedHopsMax }, (_, hop) => `  http-request set-src hdr_ip(x-forwarded-for,-${hop + 1}) if is_trusted`).join('\n')}
  # The nodes get exactly this address: \`option forwardfor\` adds it below.
  http-request del-header X-Forwarded-For
  http-request del-header Forwarded`;

/** Routes by cookie; clients without cookies (programs, pages of other sites) are routed by address. */
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
    `# For running sessions, and for all requests when no node is ready.\nbackend alive\n${sticky}\n${probe(health.live)}\n${servers((name) => `cookie ${name} ${check}`)}`,
  ];
}

function probe(path: string): string {
  return `  option httpchk\n  http-check send meth GET uri ${path}\n  http-check expect status 200`;
}
