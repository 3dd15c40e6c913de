// Prints how many bytes the client has in one module, minified and compressed:
//   node minified.mjs <folder of the client> <terser's bundle.min.js>
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const [folder, terser] = process.argv.slice(2);
const { minify } = createRequire(terser)(terser);
const seen = new Set();

/** The text of a module after the modules that it imports, like a bundle. */
function bundle(name) {
  if (seen.has(name)) return '';
  seen.add(name);
  const text = readFileSync(join(folder, name), 'utf8');
  const imported = [...text.matchAll(/^import .* from '\.\/(.*)';$/gm)].map(([, from]) => bundle(from)).join('');
  return `${imported}\n${text.replace(/^import .*$/gm, '').replace(/^export (\{.*$)?/gm, '')}`;
}

const exported = 'Connection, adviceOf, BincangError, newKey, Room, seqOf, connect';
const { code } = await minify(`${bundle('index.js')} export { ${exported} };`, { module: true, ecma: 2022, compress: { passes: 3 } });
console.log(gzipSync(code, { level: 9 }).length);
