import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { loadSettings } from '#platform/config/load-config.js';
import { settingList } from '#platform/config/setting-list.js';
import { parseRedisUrl } from '#platform/redis/parse-redis-url.js';
import { nodeNames, postgresFlags, redisFlags, topology } from './topology.js';

const known = new Set(settingList.flatMap(({ env, fileEnv }) => (fileEnv === undefined ? [env] : [env, fileEnv])));
const secretNames = Object.values(topology.secretFiles);

/** Whether `whole` contains `part` as a contiguous sequence. */
function holds(whole: readonly string[], part: readonly string[]): boolean {
  return whole.some((_, index) => part.every((value, offset) => whole[index + offset] === value));
}

/** Checks the environment of a node, wherever its secrets are mounted. */
function expectEnvironment(environment: Readonly<Record<string, unknown>>, secretsFolder: string): void {
  expect(Object.keys(environment).filter((name) => !known.has(name))).toEqual([]);
  expect(environment).toMatchObject(topology.environment);
  for (const [name, file] of Object.entries(topology.secretFiles)) expect(environment[`${name}_FILE`]).toBe(`${secretsFolder}/${file}`);
}

describe('docker-compose.yml', () => {
  const service = z.looseObject({
    image: z.string(),
    command: z.array(z.string()).optional(),
    environment: z.record(z.string(), z.unknown()).default({}),
    secrets: z.array(z.string()).default([]),
    depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
    healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
    stop_grace_period: z.string(),
    restart: z.string(),
    networks: z.array(z.string()),
    volumes: z.array(z.string()).default([]),
    ports: z.array(z.string()).default([]),
    read_only: z.boolean().optional(),
    cap_drop: z.array(z.string()).optional(),
  });
  const file = z
    .object({
      services: z.record(z.string(), service),
      networks: z.record(z.string(), z.unknown()),
      volumes: z.record(z.string(), z.unknown()),
      secrets: z.record(z.string(), z.object({ file: z.string() })),
    })
    .parse(parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }));
  const { services } = file;
  const nodes = [...nodeNames('api'), ...nodeNames('worker')];

  it('runs the processes of the topology in the same numbers', () => {
    expect(Object.keys(services).toSorted()).toEqual([...nodes, 'haproxy', 'migrate', 'postgres', 'redis'].toSorted());
  });

  it.each(nodes)('%s has the settings of the topology and no privileges', (name) => {
    const node = services[name];
    expectEnvironment(node?.environment ?? {}, '/run/secrets');
    expect(node).toMatchObject({ read_only: true, cap_drop: ['ALL'], restart: 'unless-stopped', ports: [] });
    expect(node?.environment).toMatchObject({ ROLE: name.replace(/-\d+$/, ''), PORT: String(topology.api.port), HOST: '0.0.0.0' });
    expect(node?.secrets.toSorted()).toEqual(secretNames.toSorted());
    expect(node?.stop_grace_period).toBe(`${topology.stopGraceSeconds.node}s`);
    expect(node?.depends_on).toEqual({
      postgres: { condition: 'service_healthy' },
      redis: { condition: 'service_healthy' },
      migrate: { condition: 'service_completed_successfully' },
    });
  });

  it('gives Redis and Postgres the durability that acks depend on', () => {
    const pairs = (flags: readonly string[]): string[][] =>
      flags.flatMap((flag, index) => (index % 2 === 0 ? [[flag, flags[index + 1] ?? '']] : []));
    for (const pair of pairs(redisFlags())) expect([pair, holds(services['redis']?.command ?? [], pair)]).toEqual([pair, true]);
    for (const pair of pairs(postgresFlags())) expect([pair, holds(services['postgres']?.command ?? [], pair)]).toEqual([pair, true]);
    expect(services['redis']?.volumes).toEqual(['redis-data:/data']);
    expect(holds(services['redis']?.command ?? [], ['--dir', '/data'])).toBe(true);
  });

  it('has a health check for every service that others wait for', () => {
    for (const [name, { depends_on }] of Object.entries(services)) {
      for (const [other, { condition }] of Object.entries(depends_on)) {
        // The health check of a node is in the Dockerfile.
        const isChecked = services[other]?.healthcheck !== undefined || nodes.includes(other);
        expect([name, other, condition !== 'service_healthy' || isChecked]).toEqual([name, other, true]);
      }
    }
    expect(services['haproxy']?.healthcheck?.test.join(' ')).toContain(`:${topology.proxy.port}${topology.health.live}`);
  });

  it('publishes only the port of HAProxy', () => {
    const open = Object.entries(services).filter(([, { ports, networks }]) => ports.length > 0 || networks.includes('outside'));
    expect(open.map(([name]) => name)).toEqual(['haproxy']);
    expect(services['haproxy']?.ports).toEqual([expect.stringMatching(/127\.0\.0\.1:8080\}:8080$/)]);
    expect(file.networks['inside']).toEqual({ internal: true });
  });

  it('refers only to networks, volumes and secrets that it defines, and pins the version of every image', () => {
    for (const { networks, volumes, secrets, image } of Object.values(services)) {
      expect(networks.filter((name) => !(name in file.networks))).toEqual([]);
      expect(secrets.filter((name) => !(name in file.secrets))).toEqual([]);
      const named = volumes.map((volume) => volume.split(':')[0] ?? '').filter((source) => !source.startsWith('.'));
      expect(named.filter((name) => !(name in file.volumes))).toEqual([]);
      expect(image).toMatch(/:[^:]+$/);
    }
  });

  it('works with the secrets that deploy/make-secrets.sh creates', () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-secrets-'));
    try {
      execFileSync('sh', ['deploy/make-secrets.sh', folder]);
      const made = readdirSync(folder).toSorted();
      expect(
        Object.values(file.secrets)
          .map((secret) => secret.file.replace('./deploy/secrets/', ''))
          .toSorted(),
      ).toEqual(made);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      const environment = Object.fromEntries(
        Object.entries(topology.secretFiles).map(([name, own]) => [`${name}_FILE`, join(folder, own)]),
      );
      const settings = loadSettings({ environment: { ...topology.environment, ...environment }, directory: folder });
      expect(new URL(settings.databaseUrl ?? '')).toMatchObject({ hostname: 'postgres', port: '5432', pathname: '/parley' });
      expect(parseRedisUrl(settings.redisUrl ?? '')).toMatchObject({ hosts: [{ host: 'redis', port: 6379 }], isCluster: false });
      const password = readFileSync(join(folder, 'redis-password'), 'utf8').trim();
      expect(parseRedisUrl(settings.redisUrl ?? '').password).toBe(password);
      expect(readFileSync(join(folder, 'redis-auth.conf'), 'utf8')).toBe(`requirepass ${password}\n`);
      const before = readFileSync(join(folder, 'auth-secret'), 'utf8');
      execFileSync('sh', ['deploy/make-secrets.sh', folder]);
      expect(readFileSync(join(folder, 'auth-secret'), 'utf8')).toBe(before);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the Kubernetes manifests', () => {
  const folder = 'deploy/kubernetes';
  const manifest = z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: z.looseObject({ name: z.string() }) });
  const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) }).loose();
  const container = z.looseObject({
    args: z.array(z.string()),
    env: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
    ports: z.array(z.object({ name: z.string(), containerPort: z.int() })).default([]),
    resources: z.object({ requests: z.object({ cpu: z.string(), memory: z.string() }), limits: z.object({ memory: z.string() }) }),
    securityContext: z.object({
      allowPrivilegeEscalation: z.literal(false),
      readOnlyRootFilesystem: z.literal(true),
      capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
    }),
    livenessProbe: probe.optional(),
    readinessProbe: probe.optional(),
    volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })),
  });
  const pod = z.looseObject({
    terminationGracePeriodSeconds: z.int().optional(),
    automountServiceAccountToken: z.literal(false),
    securityContext: z.looseObject({ runAsNonRoot: z.literal(true), runAsUser: z.literal(1000) }),
    containers: z.tuple([container]),
    volumes: z.array(z.looseObject({ name: z.string() })),
  });
  const workload = z.looseObject({
    spec: z.looseObject({
      replicas: z.int().optional(),
      selector: z.object({ matchLabels: z.record(z.string(), z.string()) }).optional(),
      template: z.looseObject({ metadata: z.object({ labels: z.record(z.string(), z.string()) }), spec: pod }),
    }),
  });

  const read = (name: string): unknown[] =>
    parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map((document): unknown => {
      expect(document.errors).toEqual([]);
      return document.toJS();
    });
  const { resources } = z.looseObject({ resources: z.array(z.string()) }).parse(read('kustomization.yaml')[0]);
  const all = resources.flatMap((name) => read(name).map((value) => manifest.parse(value)));
  const find = (kind: string, name: string): z.output<typeof manifest> => {
    const found = all.find((one) => one.kind === kind && one.metadata.name === name);
    if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
    return found;
  };
  const workloads = [
    { role: 'api', spec: workload.parse(find('Deployment', 'parley-api')).spec },
    { role: 'worker', spec: workload.parse(find('Deployment', 'parley-worker')).spec },
  ] as const;

  it('are all listed, except the example of the secret', () => {
    const others = readdirSync(folder).filter((name) => !['kustomization.yaml', 'secret.example.yaml'].includes(name));
    expect(resources.toSorted()).toEqual(others.toSorted());
  });

  it('use the settings of the topology', () => {
    const { data } = z.looseObject({ data: z.record(z.string(), z.string()) }).parse(find('ConfigMap', 'parley-settings'));
    expectEnvironment(data, '/run/secrets/parley');
    expect(data).toMatchObject({ PORT: String(topology.api.port), HOST: '0.0.0.0' });
  });

  it('name the secrets of the topology without values', () => {
    const { stringData } = z.looseObject({ stringData: z.record(z.string(), z.string()) }).parse(read('secret.example.yaml')[0]);
    expect(stringData).toEqual(Object.fromEntries(secretNames.map((name) => [name, ''])));
  });

  it.each(workloads)('run the same number of $role nodes with the health checks of the topology', ({ role, spec }) => {
    const [node] = spec.template.spec.containers;
    expect(spec.replicas).toBe(topology[role].count);
    expect(node.env).toEqual([{ name: 'ROLE', value: role }]);
    expect(node.args).toEqual(['serve']);
    expect(node.ports).toEqual([{ name: 'http', containerPort: topology[role].port }]);
    expect(node.livenessProbe?.httpGet).toEqual({ path: topology.health.live, port: 'http' });
    expect(node.readinessProbe?.httpGet).toEqual({ path: topology.health.ready, port: 'http' });
    expect(spec.selector?.matchLabels).toEqual(spec.template.metadata.labels);
  });

  it.each(workloads)('give $role nodes enough time for a graceful stop', ({ role, spec }) => {
    const preStopSeconds = role === 'api' ? 5 : 0;
    expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(topology.stopGraceSeconds.node + preStopSeconds);
    const { shutdownTimeoutMs } = loadSettings({ environment: {}, directory: tmpdir() });
    expect(topology.stopGraceSeconds.node * 1000).toBeGreaterThan(shutdownTimeoutMs);
  });

  it('run without root on a read-only file system, and mount every volume that they name', () => {
    const specs = [...workloads.map(({ spec }) => spec), workload.parse(find('Job', 'parley-migrate')).spec];
    for (const { template } of specs) {
      const names = template.spec.volumes.map(({ name }) => name).toSorted();
      expect(template.spec.containers[0].volumeMounts.map(({ name }) => name).toSorted()).toEqual(names);
    }
  });

  it('keep a node of each kind running during maintenance, and scale API nodes up from the number in the topology', () => {
    for (const { role } of workloads) expect(find('PodDisruptionBudget', `parley-${role}`)).toMatchObject({ spec: { maxUnavailable: 1 } });
    const target = { scaleTargetRef: { kind: 'Deployment', name: 'parley-api' }, minReplicas: topology.api.count };
    expect(find('HorizontalPodAutoscaler', 'parley-api')).toMatchObject({ spec: target });
  });

  it('have the timeouts of HAProxy at the ingress', () => {
    const { client, server, tunnel } = topology.proxy.timeoutSeconds;
    expect(find('Ingress', 'parley').metadata['annotations']).toMatchObject({
      'haproxy.org/cookie-persistence': topology.proxy.stickyCookie,
      'haproxy.org/timeout-client': `${client}s`,
      'haproxy.org/timeout-server': `${server}s`,
      'haproxy.org/timeout-tunnel': `${tunnel}s`,
    });
  });
});

describe('the Dockerfile', () => {
  const text = readFileSync('Dockerfile', 'utf8');

  it('has the Node version of the build, runs without root, and stops like a node', () => {
    const major = readFileSync('.nvmrc', 'utf8').trim();
    expect([...text.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image)).toEqual(Array(3).fill(`node:${major}-bookworm-slim`));
    expect(text).toMatch(/^USER 1000:1000$/m);
    expect(text).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(text).toMatch(new RegExp(`^HEALTHCHECK [^]*${topology.health.live}`, 'm'));
    expect(text).toContain(`PORT=${topology.api.port}`);
  });

  it('starts Node with the flags of the topology, like `npm start`', () => {
    const flags = topology.nodeFlags.map((flag) => `"${flag}", `).join('');
    expect(text).toContain(`ENTRYPOINT ["node", ${flags}"dist/src/main.js"]`);
    const { scripts } = z.object({ scripts: z.object({ start: z.string() }) }).parse(JSON.parse(readFileSync('package.json', 'utf8')));
    expect(scripts.start).toBe(`exec node ${topology.nodeFlags.join(' ')} scripts/start.mjs`);
  });

  it('copies only files that .dockerignore admits', () => {
    const allowed = new Set([...readFileSync('.dockerignore', 'utf8').matchAll(/^!([^/\n]+)(\/\*\*)?$/gm)].map(([, name]) => name));
    const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names]) => (names ?? '').split(' '));
    expect(copied.filter((name) => !allowed.has(name))).toEqual([]);
    expect(copied).toContain('package-lock.json');
  });
});
