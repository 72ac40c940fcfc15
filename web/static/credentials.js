// A page that asks a wallet through the browser (Digital Credentials API). Where the browser cannot,
// the page stays as it is: its other button leads to the wallet by a link.
const canAsk = "DigitalCredential" in window && Boolean(navigator.credentials?.get);

for (const each of document.querySelectorAll("[data-browser-asks]")) {
  each.hidden = (each.dataset.browserAsks === "yes") !== canAsk;
}

const box = document.querySelector("[data-request]");
const button = box?.querySelector("button");
const said = box?.querySelector("[role=status]");

// The request is here before the press: a browser shows wallets only right after one.
async function prepare() {
  const reply = await fetch(box.dataset.request, { headers: { Accept: "application/json" } });
  if (!reply.ok) return location.reload();
  const options = await reply.json();
  button.addEventListener("click", () => ask(options));
  button.disabled = false;
}

async function ask(options) {
  button.disabled = true;
  said.textContent = "";
  try {
    await bring(await navigator.credentials.get(options));
  } catch {
    // Closed, refused, or no wallet has it: a page is told no more than that.
    said.textContent = box.dataset.stopped;
    button.disabled = false;
  }
}

async function bring({ protocol, data }) {
  await fetch(box.dataset.response, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ protocol, data }),
  });
  location.reload();
}

if (box && canAsk) prepare();
