// A shown code, read just far enough to say what it is; nothing is proven here.
import { Broken, Refused, refusing } from "./refused.js";
import { fromBase45, unpacked, unzipped } from "./packing.js";
import { fromBase64url, joined, sha256, toBase64url } from "./octets.js";
import { numericDate } from "./times.js";
import { parseJws } from "./jws.js";
import { readObject } from "./strict_json.js";

export const AUDIENCE = "urn:mydata:offline";
const PREFIX = "MD1:";
const SUFFIX = ".";
const MAX_TEXT = 4296;
const [SIZE, DISCLOSURES, HASH_SIZE, NONCE_SIZE] = [9, 5, 32, 16];
// Seconds: how long a code counts, and how far two clocks may differ.
export const CODE_TIME = 30;
export const CLOCK_SKEW = 5;

const FOR_WALLETS =
  /^(openid4vp|openid-credential-offer|haip-vp|haip-vci):|[?&](request_uri|credential_offer|credential_offer_uri)=/;
const DESK_LINK = /^(?:\/[A-Za-z0-9._~-]+)*\/wallet\/desk\/[A-Za-z0-9_-]{22,86}$/;

/**
 * What a scanned text holds: `chain` is the hash that stands for the certificates (hex), `restored`
 * puts them back. Throws `Refused` (code_foreign, code_damaged, code_not_for_desks, needs_network).
 */
export async function readCode(scanned) {
  const text = scanned.trim();
  if (!text.startsWith(PREFIX)) throw new Refused(kindOfLink(text));
  return refusing("code_damaged", async () => {
    if (text.length > MAX_TEXT || !text.endsWith(SUFFIX)) throw new Broken();
    const packed = fromBase45(text.slice(PREFIX.length, -SUFFIX.length));
    const parts = unpacked(await unzipped(packed), SIZE, DISCLOSURES);
    const [head, hash, tail, payload, signature, disclosures, ...binding] = parts;
    if (hash.length !== HASH_SIZE) throw new Broken();
    const shown = disclosures.map(toBase64url);
    const signed = `${toBase64url(payload)}.${toBase64url(signature)}`;
    return {
      chain: hex(hash),
      kbJwt: binding.map(toBase64url).join("."),
      /** The issuer's token, the disclosures, and what `sd_hash` is over. */
      restored(x5c) {
        const issuerJwt = `${toBase64url(joined(head, x5c, tail))}.${signed}`;
        return { issuerJwt, disclosures: shown, presented: [issuerJwt, ...shown, ""].join("~") };
      },
    };
  });
}

/** The nonce of a code that is in its time. */
export async function readNonce(code, now) {
  const { claims, issuedAt, size } = await refusing("code_damaged", () => {
    const read = readObject(parseJws(code.kbJwt).payload);
    if (typeof read.nonce !== "string") throw new Broken();
    const octets = fromBase64url(read.nonce);
    return { claims: read, issuedAt: numericDate(read.iat), size: octets.length };
  });
  if (claims.aud !== AUDIENCE) throw new Refused("audience_wrong");
  if (size !== NONCE_SIZE) throw new Refused("code_damaged");
  if (now > issuedAt + CODE_TIME + CLOCK_SKEW) throw new Refused("code_expired");
  if (now < issuedAt - CLOCK_SKEW) throw new Refused("key_binding_time");
  return claims.nonce;
}

export async function chainHash(octets) {
  return hex(await sha256(octets));
}

function hex(octets) {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

/** What is no code of ours, by kind: somebody's link may be for a wallet, or need the network. */
function kindOfLink(text) {
  if (FOR_WALLETS.test(text)) return "code_not_for_desks";
  let parts;
  try {
    parts = new URL(text);
  } catch {
    return "code_foreign";
  }
  const isWeb = ["https:", "http:"].includes(parts.protocol) && !parts.username && text.length < 2048;
  if (!isWeb) return "code_foreign";
  if (DESK_LINK.test(parts.pathname) && !parts.search) return "needs_network";
  return `${parts.pathname}/`.startsWith("/wallet/") ? "code_not_for_desks" : "code_foreign";
}
