// A page that waits looks by itself whether something has happened; a page whose content is erased
// at the service lets go of it as well. Without this script the buttons on the page do the same.
// No focus is moved: the verdict is put where a screen reader listens, the rest follows it.
const EVERY = 1500;

// The verdict's own box: it stays in the page, so that a change in it is read out.
const box = document.querySelector("[data-waiting], [data-fades]");

async function hasChanged(address) {
  const reply = await fetch(address, { headers: { Accept: "application/json" } });
  return reply.ok && (await reply.json()).state !== "pending";
}

async function showResult() {
  const reply = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  const next = new DOMParser().parseFromString(await reply.text(), "text/html");
  const [verdict, ...rest] = next.querySelector("main").children;
  while (box.nextSibling) box.nextSibling.remove();
  box.replaceChildren(...verdict.children);
  box.after(...rest);
  document.title = next.title;
  if (verdict.dataset.fades) fade(Number(verdict.dataset.fades));
}

function fade(seconds) {
  setTimeout(showResult, (seconds + 1) * 1000);
}

async function look() {
  try {
    if (await hasChanged(box.dataset.waiting)) return await showResult();
  } catch {
    // No answer, or another page (signed out): the button still works.
  }
  setTimeout(look, EVERY);
}

if (box?.dataset.waiting) setTimeout(look, EVERY);
if (box?.dataset.fades) fade(Number(box.dataset.fades));
