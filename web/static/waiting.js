// A page that waits looks by itself whether something has happened. Without this script, the
// button on the page does the same. Nothing is timed and no focus is moved: the verdict is put
// where a screen reader listens, and the rest of the page follows it.
const EVERY = 1500;
const box = document.querySelector("[data-waiting]");

async function hasChanged() {
  const reply = await fetch(box.dataset.waiting, { headers: { Accept: "application/json" } });
  return reply.ok && (await reply.json()).state !== "pending";
}

async function showResult() {
  const reply = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  const next = new DOMParser().parseFromString(await reply.text(), "text/html");
  const [verdict, ...rest] = next.querySelector("main").children;
  while (box.nextSibling) box.nextSibling.remove();
  box.replaceChildren(verdict);
  box.after(...rest);
  document.title = next.title;
}

async function look() {
  try {
    if (await hasChanged()) return await showResult();
  } catch {
    // No answer, or another page (signed out): the button still works.
  }
  setTimeout(look, EVERY);
}

if (box) setTimeout(look, EVERY);
