// Reads QR codes in frames of a camera, in a thread of its own: the page stays quick, and this
// file alone may compile WebAssembly (`web/static_files.py`). A classic worker, because the
// vendored reader is one file that gives a name; see zxing/manifest.json for whose it is.
importScripts("zxing/reader.js");

ZXingWASM.prepareZXingModule({
  // The package would fetch it from a public network otherwise.
  overrides: { locateFile: (file) => new URL(`zxing/${file}`, self.location.href).href },
});

const OPTIONS = {
  formats: ["QRCode"],
  textMode: "Plain",
  tryHarder: true,
  tryInvert: false,
  // Two are looked for only to say that there are two.
  maxNumberOfSymbols: 2,
};
// Mean brightness of 0 to 255 below which people are asked for light.
const DARK = 45;
const EVERY = 64 * 4;

function brightness({ data }) {
  let sum = 0;
  for (let at = 1; at < data.length; at += EVERY) sum += data[at];
  return sum / (data.length / EVERY);
}

/** @returns {{state: "read", text: string} | {state: "several" | "dark" | "nothing"}} */
async function readFrame(frame) {
  const found = await ZXingWASM.readBarcodes(frame, OPTIONS);
  const texts = [...new Set(found.filter((code) => code.isValid).map((code) => code.text))];
  if (texts.length === 1) return { state: "read", text: texts[0] };
  if (texts.length > 1) return { state: "several" };
  return { state: brightness(frame) < DARK ? "dark" : "nothing" };
}

self.onmessage = async ({ data: frame }) => {
  try {
    self.postMessage(await readFrame(frame));
  } catch {
    self.postMessage({ state: "broken" });
  }
};
