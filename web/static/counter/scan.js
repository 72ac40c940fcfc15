// A form that takes a code: the camera or a scanner that types fills it in and sends it. Without
// this script the form takes a picture or a pasted text, and does the same.
import { Viewfinder } from "./viewfinder.js";

const box = document.querySelector("[data-camera]");
const form = box.closest("form");
const field = document.getElementById(box.dataset.camera);

const finder = new Viewfinder(box, (text) => {
  field.value = text;
  finder.close("read");
  form.requestSubmit();
});
if ("now" in box.dataset) finder.open();

// A scanner types the code and presses Enter, wherever it is held; a line break is in no code.
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !field.value.trim()) return;
  event.preventDefault();
  form.requestSubmit();
});
document.addEventListener("keydown", (event) => {
  if (event.target === document.body && event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
    field.focus();
  }
});
addEventListener("pagehide", () => finder.close());
