// Run by `cargo xtask build --release` with the folder of the site as its argument.
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const worthIt = /\.(css|html|js|json|svg|txt|wasm|webmanifest)$/;
const site = process.argv.at(-1);

for (const name of readdirSync(site, { recursive: true })) {
  const path = join(site, name);
  if (!worthIt.test(path) || !statSync(path).isFile()) continue;
  const plain = readFileSync(path);
  const brotli = brotliCompressSync(plain, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    },
  });
  writeFileSync(`${path}.br`, brotli);
  writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
  console.log(`${name}: ${plain.length} bytes, brotli ${brotli.length}`);
}
