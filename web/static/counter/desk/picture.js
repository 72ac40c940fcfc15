// The code in a picture somebody chooses, read here: where there is no network nothing is uploaded.

// More than a screen shows; larger pictures are made smaller first.
const SIDE = 2400;

/** @returns {Promise<string|null>} the text of the one code in it, null for none or several */
export async function readPicture(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return null;
  }
  const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  // A code on a see-through ground is meant to be seen on paper.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  const reader = new Worker(new URL("../reader.js", import.meta.url));
  const frame = context.getImageData(0, 0, width, height);
  try {
    const outcome = await new Promise((resolve) => {
      reader.onmessage = ({ data }) => resolve(data);
      reader.onerror = () => resolve({ state: "broken" });
      reader.postMessage(frame, [frame.data.buffer]);
    });
    return outcome.state === "read" ? outcome.text : null;
  } finally {
    reader.terminate();
  }
}
