import { asyncapiYaml } from '../../src/modules/docs/asyncapi-document.js';
import { openapiDocument } from '../../src/modules/docs/openapi-document.js';
import { renderEnvFile } from './env-file.js';
import { composeHaproxyConfig } from '../cluster/haproxy-config.js';
import { configurationMarkdown } from './configuration-markdown.js';
import { errorsMarkdown } from './errors-markdown.js';

/** A generated file: its path in the repository and the function that writes it. */
export interface GeneratedDocument {
  readonly path: string;
  readonly write: () => string;
}

/** Every committed file that is generated from the contract, the settings or the cluster's topology. */
export const generatedDocuments: readonly GeneratedDocument[] = [
  { path: 'docs/protocol/openapi.json', write: () => `${JSON.stringify(openapiDocument(), null, 2)}\n` },
  { path: 'docs/protocol/asyncapi.yaml', write: asyncapiYaml },
  { path: 'docs/protocol/errors.md', write: errorsMarkdown },
  { path: 'docs/operations/configuration.md', write: configurationMarkdown },
  { path: '.env', write: renderEnvFile },
  { path: 'deploy/haproxy.cfg', write: composeHaproxyConfig },
];
