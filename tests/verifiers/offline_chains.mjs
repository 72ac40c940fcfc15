// The browser's path validation, run by Node: chains in as base64, verdicts out.
import { Broken } from "../../web/static/counter/offline/refused.js";
import { fromBase64 } from "../../web/static/counter/offline/octets.js";
import { readCertificate } from "../../web/static/counter/offline/certificate.js";
import { readX5c, validateChain } from "../../web/static/counter/offline/chain.js";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { now, cases } = JSON.parse(Buffer.concat(chunks).toString());

const verdicts = [];
for (const { chain, roots } of cases) {
  const anchors = roots.map((root) => ({ certificate: readCertificate(fromBase64(root)), scope: [] }));
  try {
    const found = await validateChain(readX5c(chain), { anchors, role: "issuer", now });
    verdicts.push(found.name);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    verdicts.push(error.kind === "untrusted" ? "untrusted" : "invalid");
  }
}
process.stdout.write(JSON.stringify(verdicts));
