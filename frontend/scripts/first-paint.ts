// Fails the build when the first paint needs more JavaScript than it may: 180 KiB, compressed.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const MOST = 180 * 1024;
type Chunk = { file: string; imports?: string[] };
const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8')) as Record<string, Chunk>;

function filesOf(name: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[name];
  if (!chunk || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const next of chunk.imports ?? []) filesOf(next, seen);
  return seen;
}

/** The shell, and the page that is opened first. */
const files = new Set([...filesOf('index.html'), ...filesOf('src/pages/shop/ShopPage.tsx')]);
if (files.size < 2) throw new Error('The manifest does not have the entry and the page of the shop.');
const size = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(`dist/${file}`)).length, 0);
console.log(`First paint: ${(size / 1024).toFixed(1)} of ${MOST / 1024} KiB of JavaScript, compressed, in ${files.size} files.`);
if (size > MOST) process.exit(1);
