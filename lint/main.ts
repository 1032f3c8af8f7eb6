import { formatFinding } from './finding.js';
import { lintRepository } from './lint.js';

const findings = lintRepository(process.cwd());
process.stdout.write(findings.map((finding) => `${formatFinding(finding)}\n`).join(''));
process.exitCode = findings.length === 0 ? 0 : 1;
