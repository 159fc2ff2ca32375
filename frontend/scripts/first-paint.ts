// Fails the build when the first paint needs more JavaScript than it may: 180 KiB, compressed.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const MOST = 180 * 1024;
type Chunk = { file: string; imports?: string[] };
type Manifest = Record<string, Chunk>;

function filesOf(manifest: Manifest, name: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[name];
  if (!chunk || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const next of chunk.imports ?? []) filesOf(manifest, next, seen);
  return seen;
}

/** Of the shell, and of the page that is opened first. */
export function checkFirstPaint(folder: string): void {
  const manifest = JSON.parse(readFileSync(`${folder}/.vite/manifest.json`, 'utf8')) as Manifest;
  const files = new Set([...filesOf(manifest, 'index.html'), ...filesOf(manifest, 'src/pages/shop/ShopPage.tsx')]);
  if (files.size < 2) throw new Error('The manifest does not have the entry and the page of the shop.');
  const size = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(`${folder}/${file}`)).length, 0);
  const said = `First paint: ${(size / 1024).toFixed(1)} of ${MOST / 1024} KiB of JavaScript, compressed, in ${files.size} files.`;
  if (size > MOST) throw new Error(said);
  console.log(said);
}
