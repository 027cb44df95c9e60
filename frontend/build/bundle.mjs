// Type check and bundle into target/classes/static, skipped when nothing changed since the last bundle.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const home = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const stamp = path.join(home, '..', 'target', 'frontend.stamp');

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules') continue;
    const file = path.join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(file) : statSync(file).mtimeMs);
  }
  return latest;
}

const assets = path.join(home, '..', 'target', 'classes', 'static', 'assets');
if (existsSync(stamp) && existsSync(path.join(assets, 'manifest.json')) && statSync(stamp).mtimeMs > newest(home)) {
  process.exit(0);
}
// names change with what is in the files: those of the last bundle would stay for ever
rmSync(assets, { recursive: true, force: true });
for (const command of [['node_modules/typescript/bin/tsc', '--noEmit'], ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn']]) {
  const run = spawnSync(process.execPath, command, { cwd: home, stdio: 'inherit' });
  if (run.status !== 0) process.exit(run.status ?? 1);
}
mkdirSync(path.dirname(stamp), { recursive: true });
writeFileSync(stamp, '');
