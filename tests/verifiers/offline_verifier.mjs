// The browser's verifier, run by Node: cases in as JSON, verdicts out, one for each.
import { Refused } from "../../web/static/counter/offline/refused.js";
import { verifyOffline } from "../../web/static/counter/offline/verification.js";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { kept, queries, cases } = JSON.parse(Buffer.concat(chunks).toString());

async function verdict({ text, now, replaced = {}, used = [] }) {
  const taken = new Set(used);
  const takeNonce = async (nonce) => {
    if (taken.has(nonce)) throw new Refused("code_used");
    taken.add(nonce);
  };
  try {
    const found = await verifyOffline(text, { ...kept, ...replaced }, queries, { now, takeNonce });
    return { code: "verified", claims: found.claims, status: found.status, vct: found.vct };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { code: error.code };
  }
}

const verdicts = [];
for (const each of cases) verdicts.push(await verdict(each));
process.stdout.write(JSON.stringify(verdicts));
