// What people see of a camera: a button, the picture, and one sentence that says how it goes.
// The words are in the page, in the reader's language (`web/templates/camera.html`).
import { Camera } from "./camera.js";

// So long without a code, and people are told what helps.
const PATIENCE = 8000;

export class Viewfinder {
  #box;
  #camera;
  #found;
  #since = 0;

  /**
   * @param {HTMLElement} box the element with `data-camera`
   * @param {(text: string) => void} found called with the text of each code; it decides whether
   *   the camera goes on
   */
  constructor(box, found) {
    this.#box = box;
    this.#found = found;
    this.#camera = new Camera(this.#part("video"));
    this.#part("[data-open]").onclick = () => this.open();
    this.#part("[data-close]").onclick = () => this.close();
    box.hidden = false;
  }

  async open() {
    this.#say("starting");
    try {
      await this.#camera.start((outcome) => this.#tell(outcome));
      this.#since = performance.now();
      this.#show(true);
      this.#say("looking");
      this.#part("[data-close]").focus();
    } catch (error) {
      this.close();
      this.#say(error.reason ?? "missing");
    }
  }

  /** Switch the camera off; `word` is what is said then. */
  close(word = "") {
    const hadFocus = this.#part("[data-close]") === document.activeElement;
    this.#camera.stop();
    this.#show(false);
    this.#say(word);
    if (hadFocus) this.#part("[data-open]").focus();
  }

  #tell(outcome) {
    if (!this.#camera.isOn) this.close();
    if (outcome.state === "read") {
      this.#since = performance.now();
      return this.#found(outcome.text);
    }
    const isLong = performance.now() - this.#since > PATIENCE;
    this.#say(outcome.state === "nothing" ? (isLong ? "slow" : "looking") : outcome.state);
  }

  #show(on) {
    this.#part(".finder").hidden = !on;
    this.#part("[data-close]").hidden = !on;
    this.#part("[data-open]").hidden = on;
  }

  #say(word) {
    const words = word ? (this.#box.dataset[word] ?? this.#box.dataset.missing) : "";
    const line = this.#part("[role=status]");
    // A sentence that stays is not read out again.
    if (line.textContent !== words) line.textContent = words;
  }

  #part(selector) {
    return this.#box.querySelector(selector);
  }
}
