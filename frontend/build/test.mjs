// The frontend's unit tests, in Maven's test phase.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const home = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const run = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run'], { cwd: home, stdio: 'inherit' });
process.exit(run.status ?? 1);
