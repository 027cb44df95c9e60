// Run by Maven before anything else: says in a sentence what is missing, and installs the npm packages when the lock file
// changed. CommonJS and old syntax, so that an old Node gets as far as the sentence.
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Rubicon needs Node 20.19 or newer on the PATH; this is Node ${process.versions.node}.`);
  process.exit(1);
}

const home = path.join(__dirname, '..');
const stamp = path.join(home, 'node_modules', '.installed-from');
const lock = fs.readFileSync(path.join(home, 'package-lock.json'), 'utf8');
if (!fs.existsSync(stamp) || fs.readFileSync(stamp, 'utf8') !== lock) {
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--loglevel=error'], { cwd: home, stdio: 'inherit', shell: process.platform === 'win32' });
  if (npm.error) {
    console.error(`Rubicon needs npm, which comes with Node, on the PATH: ${npm.error.message}`);
    process.exit(1);
  }
  if (npm.status !== 0) process.exit(npm.status ?? 1);
  fs.writeFileSync(stamp, lock);
}
