import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as exported from '../index.js';

const folder = fileURLToPath(new URL('..', import.meta.url));
const read = (name) => readFileSync(`${folder}${name}`, 'utf8');
const modules = readdirSync(folder).filter((name) => name.endsWith('.js'));
const declared = read('index.d.ts');

test('all that a page loads is at most 28 KB, each file compressed on its own', () => {
  const bytes = modules.reduce((sum, name) => sum + gzipSync(read(name), { level: 9 }).length, 0);
  assert.ok(bytes <= 28 * 1024, `${bytes} bytes`);
});

test('no file is longer than 300 lines', () => {
  const files = [...modules, ...readdirSync(`${folder}test`).map((name) => `test/${name}`)];
  assert.deepEqual(files.filter((name) => read(name).split('\n').length > 301), []);
});

test('the package contains the modules, their types and the README', (t) => {
  let packed;
  try {
    packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: folder, encoding: 'utf8', stdio: 'pipe', shell: process.platform === 'win32' });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return t.skip('there is no npm here');
  }
  const [{ name, files }] = JSON.parse(packed);
  assert.equal(name, '@bincang/client');
  assert.deepEqual(files.map(({ path }) => path).sort(), [
    ...modules, 'index.d.ts', 'internal.d.ts', 'protocol.d.ts', 'README.md', 'package.json'].sort());
});

test('the package has no dependencies', () => {
  const { dependencies, devDependencies, peerDependencies } = JSON.parse(read('package.json'));
  assert.deepEqual([dependencies, devDependencies, peerDependencies], [undefined, undefined, undefined]);
  for (const name of modules) {
    for (const [, from] of read(name).matchAll(/^(?:import|export) .* from '(.*)';$/gm)) assert.ok(from.startsWith('./'), `${name}: ${from}`);
  }
});

test('the declared types name all exports', () => {
  const names = [...declared.matchAll(/^export declare (?:class|function) (\w+)/gm)].map(([, name]) => name);
  assert.deepEqual(names.sort(), Object.keys(exported).sort());
});

for (const name of ['Connection', 'Room']) {
  test(`the declared ${name} has all its methods`, () => {
    const [, body] = declared.match(new RegExp(`^export declare class ${name}[^{]*{\n([\\s\\S]*?)\n}`, 'm'));
    const methods = [...body.matchAll(/^ {2}(?:get )?(\w+)(?:<[^(]*)?\(/gm)].map(([, method]) => method);
    const source = modules.map(read).join('\n');
    const internal = [...source.matchAll(/@internal \*\/\n {2}(?:async |get )?(\w+)/g)].map(([, method]) => method);
    const classes = [exported[name].prototype, Object.getPrototypeOf(exported[name].prototype)]; // and the one that it extends
    const all = new Set(classes.flatMap((each) => Object.getOwnPropertyNames(each)));
    const there = [...all].filter((method) => !['constructor', 'emit', ...internal].includes(method));
    assert.deepEqual(methods.filter((method) => method !== 'on').sort(), there.filter((method) => method !== 'on').sort());
  });
}

test('the README has each method and each event', () => {
  const readme = read('README.md');
  const interfaces = [...declared.matchAll(/^export interface (?:Connection|Room)Events {\n([\s\S]*?)\n}/gm)].map(([, body]) => body).join('\n');
  const events = [...interfaces.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name);
  const methods = ['join', 'leave', 'send', 'edit', 'delete', 'react', 'pin', 'history', 'search', 'report', 'close', 'reopen', 'room', 'on'];
  const options = [...declared.match(/^export interface Options {\n([\s\S]*?)\n}/m)[1].matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name);
  for (const name of [...events, ...methods, ...options]) assert.match(readme, new RegExp(`\`[^\`]*\\b${name}\\b[^\`]*\``), name);
});

test('no file names a package registry or a folder of its author', () => {
  const files = ['.npmrc', ...readdirSync(folder, { recursive: true }).filter((name) => /\.(js|ts|json|md)$/.test(name))];
  for (const name of files.filter((each) => !each.endsWith('package.test.js'))) {
    assert.doesNotMatch(read(name), /registry\.|npmjs|\/(?:root|home|work|Users|tmp)\//, name);
  }
});
