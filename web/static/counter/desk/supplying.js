// Fetches what the counter takes along, and brings home the uses that wait. Whoever is signed in
// decides whose they are; without a network, or signed out, everything stays as it is.
import { keepSupplies, removeUse, waitingUses } from "./store.js";

const SUPPLIES = "/verifiers/offline/supplies";
const USES = "/verifiers/offline/uses";
const JSON_TYPE = "application/json";

/** @returns {"fresh" | "away" | "signed_out"} */
export async function fetchSupplies() {
  let reply;
  try {
    reply = await fetch(SUPPLIES, { headers: { Accept: JSON_TYPE }, cache: "no-store" });
  } catch {
    return "away";
  }
  const isJson = reply.headers.get("content-type")?.startsWith(JSON_TYPE);
  if (!reply.ok || !isJson || reply.redirected) return reply.status >= 500 ? "away" : "signed_out";
  await keepSupplies(await reply.json());
  return "fresh";
}

/**
 * Bring waiting uses of this institution home, one by one. What the service answered is told by
 * `tell(use, outcome)`; what it could not be asked about stays.
 */
export function settleUses(supplies, tell) {
  // One at a time, in however many windows the counter is open.
  return navigator.locks.request("mydata-settling", { ifAvailable: true }, async (lock) => {
    if (lock) await settleAll(supplies, tell);
  });
}

async function settleAll(supplies, tell) {
  for (const use of await waitingUses()) {
    if (use.party !== supplies.party) continue;
    const outcome = await settle(use, supplies.form_token);
    if (outcome === null) return;
    await removeUse(use.id);
    tell(use, outcome);
  }
}

async function settle({ id, check, text, readAt }, formToken) {
  const body = new URLSearchParams({ form_token: formToken, id, check, code: text, read_at: readAt });
  try {
    const reply = await fetch(USES, { method: "POST", headers: { Accept: JSON_TYPE }, body });
    return reply.ok && !reply.redirected ? await reply.json() : null;
  } catch {
    return null;
  }
}
