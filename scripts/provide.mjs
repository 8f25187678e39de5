/**
 * Gets the programs from outside that the tests ask: browsers, dissectors, brokers and other versions of Node.
 *
 * A program that is there already is used as it is. On Debian and Ubuntu what is missing is installed with apt when
 * this user may; other versions of Node come as npm packages into `.cache/`. What cannot be had is said
 * loudly, here and at the end of the run, and the tests that need it are skipped by name.
 *
 * Usage: node scripts/provide.mjs [NAME...]   (all of them without a name)
 */
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const cache = join(root, '.cache');
const list = join(cache, 'programs.json');

/**
 * Where each program is looked for, and how it is had. `variable` lets a person point at their own; what is without `untested` is
 * missed by no test.
 */
const programs = {
  chromium: {
    variable: 'CHROMIUM',
    names: ['chromium', 'chromium-browser', 'google-chrome'],
    apt: ['chromium'],
    untested: 'the viewer in a real browser',
  },
  'chromium-headless-shell': {
    variable: 'CHROMIUM',
    names: ['chromium-headless-shell', 'chrome-headless-shell'],
    apt: ['chromium-headless-shell'],
    // The whole Chromium does what it does, and takes longer.
  },
  firefox: {
    variable: 'FIREFOX',
    names: ['firefox', 'firefox-esr'],
    apt: ['firefox-esr'],
    untested: 'stories that run in the page of Firefox',
  },
  tshark: {
    variable: 'TSHARK',
    names: ['tshark'],
    apt: ['tshark'],
    untested: 'our packets and captures as Wireshark dissects them',
  },
  'rsvg-convert': {
    variable: 'RSVG_CONVERT',
    names: ['rsvg-convert'],
    apt: ['librsvg2-bin'],
    untested: 'exported pictures in a renderer that is no browser',
  },
  mosquitto: {
    variable: 'MOSQUITTO',
    // Debian keeps it where only the superuser looks.
    names: ['mosquitto', '/usr/sbin/mosquitto'],
    apt: ['mosquitto'],
    untested: 'our client against mosquitto',
  },
  mosquitto_pub: {
    variable: 'MOSQUITTO_PUB',
    names: ['mosquitto_pub'],
    apt: ['mosquitto-clients'],
    untested: 'our server with mosquitto_pub',
  },
  mosquitto_sub: {
    variable: 'MOSQUITTO_SUB',
    names: ['mosquitto_sub'],
    apt: ['mosquitto-clients'],
    untested: 'our server with mosquitto_sub',
  },
  mosquitto_passwd: {
    variable: 'MOSQUITTO_PASSWD',
    names: ['mosquitto_passwd'],
    apt: ['mosquitto'],
    untested: 'password files that mosquitto_passwd makes',
  },
  'redis-server': {
    variable: 'REDIS_SERVER',
    names: ['redis-server'],
    apt: ['redis-server'],
    untested: 'campaigns over Redis',
  },
  strace: {
    variable: 'STRACE',
    names: ['strace'],
    apt: ['strace'],
    untested: 'that the server tells the disk before it acknowledges',
  },
  node22: {
    variable: 'NODE22',
    npm: ['node', '22.23.3'],
    untested: 'digests and the command line on Node 22',
  },
  node24: {
    variable: 'NODE24',
    npm: ['node', '24.9.0'],
    untested: 'digests and the command line on Node 24',
  },
};

const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

function inPath(names) {
  const absolute = names.find((name) => isAbsolute(name) && isExecutable(name));
  if (absolute !== undefined) return absolute;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      const path = join(folder, name);
      if (folder !== '' && isExecutable(path)) return path;
    }
  }
  return undefined;
}

function run(command, args) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: 10 * 60_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (result.status === 0) return undefined;
  return (result.error?.message ?? result.stderr ?? '').trim().split('\n').at(-1) ?? 'no reason given';
}

let listsAreFresh = false;
function installWithApt(packages) {
  if (!existsSync('/usr/bin/apt-get')) return `needs ${packages.join(', ')}: install it and run again`;
  if (process.getuid?.() !== 0) return `run as root: apt-get install ${packages.join(' ')}`;
  if (!listsAreFresh) {
    const problem = run('apt-get', ['update', '-qq']);
    if (problem) return problem;
    listsAreFresh = true;
  }
  return run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages]);
}

function nodeFolder(version) {
  return join(cache, `node-${version}`);
}
function nodeBinary(version) {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  return join(nodeFolder(version), 'node_modules', `node-${platform}-${process.arch}`, name);
}
function installNode(version) {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  mkdirSync(nodeFolder(version), { recursive: true });
  return run('npm', [
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--prefix',
    nodeFolder(version),
    `node-${platform}-${process.arch}@${version}`,
  ]);
}

function find(program) {
  const pointed = process.env[program.variable];
  if (pointed) return isExecutable(pointed) ? pointed : undefined;
  if (program.npm) {
    const binary = nodeBinary(program.npm[1]);
    return isExecutable(binary) ? binary : undefined;
  }
  return inPath(program.names);
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in programs));
if (unknown.length > 0) {
  console.error(
    `provide: no program is called ${unknown.join(', ')}; there are ${Object.keys(programs).join(', ')}`,
  );
  process.exit(2);
}

const found = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : {};
for (const name of asked.length > 0 ? asked : Object.keys(programs)) {
  const program = programs[name];
  let path = find(program);
  let problem;
  if (path === undefined) {
    console.log(`provide: getting ${name} ...`);
    problem = program.npm ? installNode(program.npm[1]) : installWithApt(program.apt);
    path = find(program);
  }
  found[name] =
    path === undefined ? { missing: problem ?? 'it did not appear', untested: program.untested } : { path };
  if (path !== undefined) continue;
  const lost = program.untested === undefined ? 'going without it' : `NOT TESTED: ${program.untested}`;
  console.log(`provide: ${lost} (${name}: ${found[name].missing})`);
}
mkdirSync(cache, { recursive: true });
writeFileSync(`${list}.new`, `${JSON.stringify(found, null, 2)}\n`);
renameSync(`${list}.new`, list);
