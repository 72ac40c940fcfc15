// A camera that looks for codes: one frame at a time goes to the reader's thread, and what came of
// it is told. Nothing of a frame is kept or sent anywhere.

// As UX measured it: codes of version 33 need this many pixels.
const WANTED = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };
// Between two frames, so that a phone stays cool.
const PAUSE = 60;

const REASONS = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** Why there is no picture: "insecure", "refused", "missing", "busy". */
export class CameraError extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

export class Camera {
  #video;
  #reader = null;
  #stream = null;
  #canvas = document.createElement("canvas");

  /** @param {HTMLVideoElement} video where people see what the camera sees */
  constructor(video) {
    this.#video = video;
  }

  get isOn() {
    return this.#stream !== null;
  }

  /** Begin to look; `tell` is called with each frame's outcome. Throws `CameraError`. */
  async start(tell) {
    const stream = await opened();
    this.#stream = stream;
    this.#video.srcObject = stream;
    // The camera was pulled out, or taken back by the person.
    stream.getVideoTracks()[0].onended = () => this.isOn && (this.stop(), tell({ state: "missing" }));
    await this.#video.play();
    this.#reader ??= new Worker(new URL("./reader.js", import.meta.url));
    this.#reader.onmessage = ({ data }) => {
      if (this.#stream !== stream) return;
      tell(data);
      setTimeout(() => this.#look(stream), PAUSE);
    };
    this.#reader.onerror = () => (this.stop(), tell({ state: "broken" }));
    this.#look(stream);
  }

  stop() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.#video.srcObject = null;
  }

  #look(stream) {
    if (this.#stream !== stream) return;
    const { videoWidth: width, videoHeight: height } = this.#video;
    if (!width) return setTimeout(() => this.#look(stream), PAUSE);
    Object.assign(this.#canvas, { width, height });
    const context = this.#canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(this.#video, 0, 0);
    const frame = context.getImageData(0, 0, width, height);
    this.#reader.postMessage(frame, [frame.data.buffer]);
  }
}

async function opened() {
  // Browsers give cameras to https and to localhost only.
  if (!navigator.mediaDevices) throw new CameraError("insecure");
  try {
    return await navigator.mediaDevices.getUserMedia({ video: WANTED, audio: false });
  } catch (error) {
    throw new CameraError(REASONS[error.name] ?? "missing");
  }
}
