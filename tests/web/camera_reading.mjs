// The vendored reader, run by Node as the page's worker runs it: grey frames in, texts out.
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

const folder = new URL("../../web/static/counter/zxing/", import.meta.url);
runInThisContext(`${readFileSync(new URL("reader.js", folder), "utf8")}; globalThis.reader = ZXingWASM;`);
globalThis.reader.prepareZXingModule({
  overrides: { wasmBinary: readFileSync(new URL("zxing_reader.wasm", folder)).buffer },
});
// The very options of the worker, so that what is proven here is what people get.
const worker = readFileSync(new URL("../reader.js", folder), "utf8");
const OPTIONS = runInThisContext(`(${/const OPTIONS = (\{[^}]*\})/.exec(worker)[1]})`);

const found = [];
for (const { file, width, height } of JSON.parse(readFileSync(0, "utf8"))) {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  readFileSync(file).forEach((grey, at) => data.fill(grey, at * 4, at * 4 + 3));
  const begun = performance.now();
  const codes = await globalThis.reader.readBarcodes({ data, width, height }, OPTIONS);
  found.push({ texts: codes.map(({ text }) => text), ms: performance.now() - begun });
}
process.stdout.write(JSON.stringify(found));
