// The counter's page: it reads codes one after the other, with a network or without, and says of
// each what it proves. Everything that decides stands in `../offline`; here is the page.
import { CLOCK_SKEW, CODE_TIME } from "../offline/shown_code.js";
import { Refused } from "../offline/refused.js";
import { Viewfinder } from "../viewfinder.js";
import { acceptedCard, refusedCard, settledLine } from "./verdict.js";
import { addUse, forgetNonces, keptSupplies, takeNonce, waitingUses } from "./store.js";
import { age, filled, pick, word } from "./words.js";
import { fetchSupplies, settleUses } from "./supplying.js";
import { readPicture } from "./picture.js";
import { takeVersion } from "./version.js";
import { verifyOffline } from "../offline/verification.js";

// Claims stay on the screen as long as at the service's own page.
const SHOWN = 60_000;
// How often the network is looked for, and how old supplies get while it is there (seconds).
const LOOK_AGAIN = 30_000;
const FRESH = 300;

const part = (name) => document.getElementById(name);
const now = () => Date.now() / 1000;

let supplies = null;
let network = "away";
let reading = false;
let lastText = "";
let fading = 0;

async function read(text) {
  // A code stays before the camera for a while; it is one code.
  if (reading || text === lastText || !supplies) return;
  [reading, lastText] = [true, text];
  try {
    show(await outcomeOf(text));
  } finally {
    reading = false;
  }
  await tellWaiting();
  settle();
}

async function outcomeOf(text) {
  const at = now();
  const check = supplies.checks.find(({ name }) => name === chosen());
  const takes = async (nonce) => {
    const isNew = await takeNonce(nonce, at + CODE_TIME + 2 * CLOCK_SKEW + 60);
    if (!isNew) throw new Refused("code_used");
  };
  try {
    const desk = { now: at, takeNonce: takes };
    const found = await verifyOffline(text, supplies, check.queries, desk);
    // Written down before anything is shown: a use nobody recorded never happened.
    const { party } = supplies;
    await addUse({ id: crypto.randomUUID(), party, check: check.name, text, readAt: Math.floor(at) });
    return acceptedCard(found, supplies, at);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return refusedCard(error.code);
  }
}

function show(card) {
  clearTimeout(fading);
  part("outcome").replaceChildren(...card);
  part("outcome").hidden = false;
  fading = setTimeout(() => {
    part("outcome").replaceChildren();
    part("outcome").hidden = true;
    lastText = "";
  }, SHOWN);
  part("outcome").scrollIntoView({ block: "nearest" });
}

const chosen = () => document.querySelector("input[name=check]:checked")?.value;

async function refresh() {
  network = await fetchSupplies();
  const before = chosen();
  supplies = (await keptSupplies()) ?? null;
  part("network").textContent = word(`network_${network}`);
  part("network").className = `state ${network === "fresh" ? "yes" : "wait"}`;
  part("sign-in").hidden = network !== "signed_out";
  part("prepared").textContent = supplies
    ? filled("prepared", { who: pick(supplies.names), age: age(supplies.made_at, now()) })
    : word("not_prepared");
  part("counter").hidden = !supplies?.checks.length;
  part("none").hidden = !supplies || supplies.checks.length > 0;
  if (supplies) drawChecks(before);
  await forgetNonces(now());
  await tellWaiting();
  if (network === "fresh") await settle();
}

function drawChecks(before) {
  const template = part("check");
  const rows = supplies.checks.map(({ name, title }, at) => {
    const row = template.content.cloneNode(true);
    const input = row.querySelector("input");
    input.value = name;
    input.checked = before ? name === before : at === 0;
    row.querySelector("span").textContent = pick(title);
    return row;
  });
  part("checks").replaceChildren(...rows);
}

async function tellWaiting() {
  const uses = await waitingUses();
  part("waiting").textContent = uses.length ? filled("waiting", { count: uses.length }) : word("none_waiting");
  part("settling").hidden = !uses.length;
  return uses.length;
}

async function settle() {
  if (!supplies?.form_token) return;
  await settleUses(supplies, (_use, outcome) => part("settled").append(settledLine(outcome)));
  // What still waits could not be brought: the network is looked for at the next turn.
  if (await tellWaiting()) network = "away";
}

new Viewfinder(document.querySelector("[data-camera]"), read);
part("typed").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = part("code");
  lastText = "";
  if (field.value.trim()) read(field.value);
  field.value = "";
});
part("code").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  part("typed").requestSubmit();
});
part("picture").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  if (!file) return;
  const text = await readPicture(file);
  target.value = "";
  lastText = "";
  if (text === null) show(refusedCard("no_code"));
  else read(text);
});
part("settle").addEventListener("click", refresh);
addEventListener("online", refresh);
addEventListener("offline", refresh);
const isDue = () => network !== "fresh" || now() - supplies.made_at > FRESH;
setInterval(() => !reading && isDue() && refresh(), LOOK_AGAIN);
takeVersion(part("version"));
refresh();
