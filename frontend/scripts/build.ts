// Builds the pages into dist, as a whole: what fails or is killed on the way leaves dist as it was.
import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { checkFirstPaint } from './first-paint.ts';

const MADE = 'dist.new';
const OLD = 'dist.old';
const PACKED = /\.(css|html|js|json|map|svg|ttf|txt)$/;

/** A .gz beside each file that gets smaller: the API sends it as it is. */
function pack(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !PACKED.test(entry.name)) continue;
    const plain = readFileSync(file);
    const packed = gzipSync(plain, { level: 9 });
    if (packed.length < plain.length * 0.9) writeFileSync(`${file}.gz`, packed);
  }
}

function clear(...folders: string[]): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

clear(MADE, OLD);
await build({ logLevel: 'warn', build: { outDir: MADE } });
checkFirstPaint(MADE);
pack(MADE);
try {
  renameSync('dist', OLD);
} catch {
  // the first one
}
renameSync(MADE, 'dist');
clear(OLD);
