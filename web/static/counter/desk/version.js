// The worker that keeps this page: registered once, and changed only when somebody presses.
const WORKER = "/verifiers/offline/worker.js";

/** @param {HTMLElement} box shown while another version waits; its button takes it */
export async function takeVersion(box) {
  if (!("serviceWorker" in navigator)) return;
  // An asked-for browser keeps what it has also when its disk runs full.
  navigator.storage?.persist?.();
  const registration = await navigator.serviceWorker.register(WORKER).catch(() => null);
  if (!registration) return;
  const look = () => {
    box.hidden = !(registration.waiting && navigator.serviceWorker.controller);
  };
  look();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", look);
  });
  box.querySelector("button").onclick = () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
    registration.waiting?.postMessage("take over");
  };
}
