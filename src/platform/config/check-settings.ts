import type { Settings } from './config.js';

const authSecretBytesMin = 32;
/** Values from examples and templates, or one character repeated, which are publicly known. */
const exampleSecret =
  /change.?(me|this|it)|example|your.?(256|super|secret|key)|replace.?(me|with|this)|insert.?(your|a)|secret.?key.?here|^(?<one>.)\k<one>+$/i;

/** Problems between settings that are each valid alone: one line per problem, which names the variables. */
export function checkSettings(settings: Settings): string[] {
  return [...checkSecret(settings), ...checkTopology(settings), ...checkIdentity(settings)];
}

function checkSecret({ nodeEnv, authSecret }: Settings): string[] {
  if (nodeEnv !== 'production') return [];
  const remedy = 'make one with `openssl rand -base64 48`';
  if (authSecret === undefined) return [`AUTH_SECRET: required when NODE_ENV is production; ${remedy}`];
  if (Buffer.byteLength(authSecret) < authSecretBytesMin) return [`AUTH_SECRET: shorter than ${authSecretBytesMin} bytes; ${remedy}`];
  return exampleSecret.test(authSecret) ? [`AUTH_SECRET: this is a publicly known example value; ${remedy}`] : [];
}

function checkTopology({ processes, redisUrl, databaseUrl, authSecret }: Settings): string[] {
  if (redisUrl === undefined) {
    return processes > 1
      ? ['PROCESSES (--processes): more than one process needs REDIS_URL, which is not set; without it Parley is one process']
      : [];
  }
  const problems: string[] = [];
  if (databaseUrl === undefined) problems.push('DATABASE_URL: required with REDIS_URL; all nodes share one Postgres');
  if (authSecret === undefined)
    problems.push('AUTH_SECRET: required with REDIS_URL; all nodes share one, make it with `openssl rand -base64 48`');
  return problems;
}

function checkIdentity(settings: Settings): string[] {
  const problems: string[] = [];
  if (settings.authJwksUrl !== undefined) {
    if (settings.authIssuer === undefined) problems.push('AUTH_ISSUER: required with AUTH_JWKS_URL');
    if (settings.authAudience === undefined) problems.push('AUTH_AUDIENCE: required with AUTH_JWKS_URL');
  }
  if ((settings.adminUsername === undefined) !== (settings.adminPassword === undefined))
    problems.push('ADMIN_USERNAME and ADMIN_PASSWORD: set both or neither');
  if (settings.adminPassword !== undefined && settings.adminPassword.length < 8) problems.push('ADMIN_PASSWORD: shorter than 8 characters');
  return problems;
}
