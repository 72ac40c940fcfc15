// A shown code, read just far enough to say what it is; nothing is proven here.
import { Broken, Refused, refusing } from "./refused.js";
import { HOLE, Values, filled } from "./values.js";
import { ascii, fromBase64, fromBase64url, sha256, toBase64url } from "./octets.js";
import { fromBase45, parted, unpacked } from "./packing.js";
import { numericDate } from "./times.js";
import { readJson, readObject } from "./strict_json.js";

export const AUDIENCE = "urn:mydata:offline";
const PREFIX = "MD2:";
const SUFFIX = ".";
const MAX_TEXT = 4296;
const [JWS_PARTS, NONCE_SIZE, NAME_SIZE] = [3, 16, 8];
// Seconds: how long a code counts, and how far two clocks may differ.
export const CODE_TIME = 30;
export const CLOCK_SKEW = 5;

const FOR_WALLETS =
  /^(openid4vp|openid-credential-offer|haip-vp|haip-vci):|[?&](request_uri|credential_offer|credential_offer_uri)=/;
const SPOKEN = /^[0-9A-Za-z]{4}[- ]?[0-9A-Za-z]{4}$/;
const DESK_LINK = /^(?:\/[A-Za-z0-9._~-]+)*\/wallet\/desk\/[A-Za-z0-9_-]{22,86}$/;

/**
 * What a scanned text holds: `chain` names the certificates (hex), `restored` puts them back.
 * Throws `Refused` (code_foreign, code_damaged, code_not_for_desks, needs_network).
 */
export async function readCode(scanned) {
  const text = scanned.trim();
  if (!text.startsWith(PREFIX)) throw new Refused(kindOfLink(text));
  return refusing("code_damaged", async () => {
    if (text.length > MAX_TEXT || !text.endsWith(SUFFIX)) throw new Broken();
    const packed = parted(fromBase45(text.slice(PREFIX.length, -SUFFIX.length)));
    const values = new Values(packed.values);
    const held = values.parts(await unpacked(packed.held));
    if (held.length < JWS_PARTS) throw new Broken();
    const rest = values.rest();
    return {
      chain: hex(packed.chainName),
      /** The payload of the key binding, where `sd_hash` may have no value yet. */
      binding: filled(held[1], new Uint8Array()),
      restored: (x5c) =>
        refusing("code_damaged", () => restored(held, packed.issued, new Values(rest), x5c)),
    };
  });
}

/** The issuer's token, the disclosures, what `sd_hash` is over, and the key binding. */
async function restored(held, stream, values, x5c) {
  const chain = readJson(x5c);
  if (!Array.isArray(chain)) throw new Broken();
  const [leaf] = chain.map(fromBase64);
  const issued = values.parts(await unpacked(stream, leaf));
  if (issued.length !== JWS_PARTS || values.rest().length) throw new Broken();
  const [header, ...signed] = issued;
  const [kbHeader, kbPayload, kbSignature, ...disclosures] = held;
  const issuerJwt = [filled(header, x5c), ...signed].map(toBase64url).join(".");
  const shown = disclosures.map(toBase64url);
  const presented = [issuerJwt, ...shown, ""].join("~");
  const hash = kbPayload.includes(HOLE) ? toBase64url(await sha256(ascii(presented))) : "";
  const binding = [kbHeader, filled(kbPayload, ascii(hash)), kbSignature];
  return { issuerJwt, disclosures: shown, presented, kbJwt: binding.map(toBase64url).join(".") };
}

/** The nonce of a code that is in its time. */
export async function readNonce(code, now) {
  const { claims, issuedAt, size } = await refusing("code_damaged", () => {
    const read = readObject(code.binding);
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

/** What codes have in place of a chain: the beginning of the hash over its octets. */
export async function chainName(octets) {
  return hex((await sha256(octets)).subarray(0, NAME_SIZE));
}

function hex(octets) {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

/** What is no code of ours, by kind: a link may be for a wallet, or need the network as letters do. */
function kindOfLink(text) {
  if (SPOKEN.test(text)) return "needs_network";
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
