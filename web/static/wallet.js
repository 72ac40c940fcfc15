// Two small comforts for the citizen's pages; without this script the pages do the same by
// themselves: the next page counts, and the button looks whether the counter has asked.
const EVERY = 2000;

// How many things are about to be sent, said as ticks come and go.
const count = document.querySelector("[data-needed]");

function tell() {
  const ticked = document.querySelectorAll('#choose input[name="with"]:checked').length;
  const sent = Number(count.dataset.needed) + ticked;
  count.textContent = count.dataset.words.replace("{n}", String(sent));
}

if (count) {
  document.addEventListener("change", tell);
  // A browser that came back has kept the ticks.
  window.addEventListener("pageshow", tell);
}

// Whether the counter has asked. The page says so and waits for the press: nothing moves by
// itself, and no question appears under a finger.
const look = document.querySelector("[data-look]");
const state = document.querySelector("[data-asked]");

async function wait() {
  let found = "waiting";
  try {
    const reply = await fetch(look.dataset.look, { headers: { Accept: "application/json" } });
    if (reply.ok) found = (await reply.json()).state;
  } catch {
    // No answer just now: the button still works, and the next look may succeed.
  }
  if (found === "waiting") return setTimeout(wait, EVERY);
  state.textContent = state.dataset[found];
  if (found === "asked") look.textContent = look.dataset.caption;
}

if (look && state) setTimeout(wait, EVERY);
