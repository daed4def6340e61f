// Writes each file of a folder twice into another one: by brotli and by gzip, each as small as it gets.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [from, to] = process.argv.slice(2);
for (const name of readdirSync(from, { recursive: true })) {
  if (!statSync(join(from, name)).isFile()) continue;
  const content = readFileSync(join(from, name));
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  mkdirSync(dirname(join(to, name)), { recursive: true });
  writeFileSync(join(to, `${name}.br`), brotliCompressSync(content, { params }));
  writeFileSync(join(to, `${name}.gz`), gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
}
