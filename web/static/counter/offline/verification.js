// A shown code, verified where there is no network, by what the desk took along while there was.
//
// The steps are those of `verifiers/verifying/verification.py`, by the same numbers; nothing of this
// file knows a page, a store or a clock. Written apart from the service's own verifier, which it is
// compared with (`tests/verifiers/test_offline_verifier.py`).
import { AUDIENCE, chainName, readCode, readNonce } from "./shown_code.js";
import { Refused, refusing } from "./refused.js";
import { aboutSubject, checkAudience, verifyCredential, verifyKeyBinding } from "./credential.js";
import { answered } from "./query.js";
import { ascii } from "./octets.js";
import { checkStatus } from "./status_list.js";
import { parseJws } from "./jws.js";
import { readTrustList } from "./trust_list.js";
import { readX5c, validateChain } from "./chain.js";

// As at the desk's service; a code's own half minute is far less.
const KEY_BINDING_AGE = 5 * 60;

/**
 * What a code proves to this desk.
 *
 * @param {string} text what was scanned
 * @param {object} kept what was taken along: `trust_list`, `trust_keeper`, `chains`, `status_lists`
 * @param {object[]} queries the credential queries the desk may ask, the smallest first
 * @param {{now: number, takeNonce: (nonce: string) => Promise<void>}} desk the time in seconds, and
 *   what takes a nonce, or throws `Refused` (code_used); a code that was shown is shown, whatever
 *   comes of it
 * @returns `{claims, paths, query, vct, issuer, status, usedFrom}`; throws `Refused`
 */
export async function verifyOffline(text, kept, queries, { now, takeNonce }) {
  const code = await readCode(text); // 1
  const nonce = await readNonce(code, now);
  const restored = await code.restored(await chainOf(code, kept)); // 2
  await takeNonce(nonce);
  const trust = await readTrustList(kept.trust_list, kept.trust_keeper, now);
  const issuerJws = await refusing("credential_malformed", () => parseJws(restored.issuerJwt));
  const issuer = await trustedIssuer(issuerJws.header, trust, now); // 3
  const credential = await verifyCredential(restored, issuerJws, issuer.key, now); // 4 to 6
  checkAuthority(credential.claims, issuer); // 3 again: the type is known to be signed now
  checkAudience(credential.claims, AUDIENCE); // 5
  const binding = { audience: AUDIENCE, nonce, maxAge: KEY_BINDING_AGE, now };
  await verifyKeyBinding(restored.kbJwt, credential, binding); // 7
  const { query, paths } = answered(queries, credential); // 8
  const { status, seenAt } = await checkStatus(credential.status, kept.status_lists, trust, now); // 9
  return {
    claims: aboutSubject(credential.claims),
    paths,
    query,
    vct: credential.claims.vct,
    issuer: issuer.uris.includes(credential.claims.iss) ? credential.claims.iss : issuer.name,
    status,
    usedFrom: { trustList: trust.issuedAt, statusList: seenAt },
  };
}

async function chainOf(code, kept) {
  for (const text of kept.chains) {
    const octets = ascii(text);
    if ((await chainName(octets)) === code.chain) return octets;
  }
  throw new Refused("code_unknown_authority");
}

async function trustedIssuer(header, trust, now) {
  const codeOf = (kind) => (kind === "untrusted" ? "issuer_not_trusted" : "issuer_chain_invalid");
  const anchors = trust.anchors("issuer", now);
  return refusing(codeOf, () => validateChain(readX5c(header.x5c), { anchors, role: "issuer", now }));
}

/** A root may be trusted for some types alone, a leaf may name who it issues as. */
function checkAuthority({ vct, iss }, { scope, uris }) {
  const covers = (entry) => (entry.endsWith("/") ? vct.startsWith(entry) : vct === entry);
  const isOfScope = !scope.length || scope.some(covers);
  const isNamed = iss === undefined || !uris.length || uris.includes(iss);
  if (!isOfScope || !isNamed) throw new Refused("issuer_out_of_scope");
}
