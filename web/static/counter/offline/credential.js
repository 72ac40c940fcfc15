// A certificate its issuer signed, shown by its holder (SD-JWT VC section 3.4, RFC 9901 section 7.3).
import { Broken, Refused, refusing } from "./refused.js";
import { checkTimes, numericDate } from "./times.js";
import { digestOf, unpack } from "./sd_jwt.js";
import { importJwk, parseJws, verifyJws } from "./jws.js";
import { isObject, readObject } from "./strict_json.js";

// HAIP section 6.1: the one type of a certificate.
const TYP = "dc+sd-jwt";
const KB_TYP = "kb+jwt";
// What describes the credential and not the subject; none of it may be hidden, but `iat`.
const NEVER_HIDDEN = ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status", "aka_vcts"];
const SET_BY_FORMAT = [...NEVER_HIDDEN, "iat", "aud"];
const MAX_URI = 2048;

const TIMES = { expired: "credential_expired", not_yet_valid: "credential_not_yet_valid" };

/** What the issuer with `key` states; `restored` is a code with its certificates back. */
export async function verifyCredential(restored, issuerJws, key, now) {
  if (issuerJws.header.typ !== TYP) throw new Refused("credential_malformed");
  const codeOf = (kind) => (kind === "signature" ? "issuer_signature_invalid" : "credential_malformed");
  const payload = await refusing(codeOf, async () => {
    await verifyJws(issuerJws, key);
    return readObject(issuerJws.payload);
  });
  const sd = await unpack(payload, restored.disclosures);
  const { claims } = sd;
  if (sd.paths.some(([name]) => NEVER_HIDDEN.includes(name))) throw new Refused("credential_malformed");
  for (const name of ["vct", "iss", "vct#integrity"]) checkText(claims, name);
  if (!claims.vct) throw new Refused("credential_malformed");
  await refusing((kind) => TIMES[kind] ?? "credential_malformed", () => checkTimes(claims, now));
  const isBoundByJwk = isObject(claims.cnf) && Object.keys(claims.cnf).join() === "jwk";
  if (!isBoundByJwk) throw new Refused("holder_key_missing");
  const holder = await refusing("holder_key_missing", () => importJwk(claims.cnf.jwk));
  return { ...sd, holder, status: statusOf(claims), presented: restored.presented };
}

/** A certificate its issuer restricted to some counts for them alone (RFC 7519 section 4.1.3). */
export function checkAudience({ aud }, audience) {
  if (aud === undefined) return;
  const named = typeof aud === "string" ? [aud] : aud;
  if (!Array.isArray(named) || named.some((one) => typeof one !== "string")) {
    throw new Refused("credential_malformed");
  }
  if (!named.includes(audience)) throw new Refused("audience_wrong");
}

/** Returns when the holder signed exactly this, for `audience` and `nonce`, lately. */
export async function verifyKeyBinding(kbJwt, credential, { audience, nonce, maxAge, now }) {
  const codeOf = (kind) =>
    kind === "signature" ? "key_binding_signature_invalid" : "key_binding_invalid";
  const claims = await refusing(codeOf, async () => {
    const jws = parseJws(kbJwt);
    if (jws.header.typ !== KB_TYP) throw new Broken();
    await verifyJws(jws, credential.holder);
    return readObject(jws.payload);
  });
  await refusing("key_binding_time", () => checkTimes(claims, now, { maxAge }));
  for (const name of ["aud", "nonce", "sd_hash"]) {
    if (typeof claims[name] !== "string") throw new Refused("key_binding_invalid");
  }
  if (claims.aud !== audience) throw new Refused("audience_wrong");
  if (claims.nonce !== nonce) throw new Refused("nonce_wrong");
  const expected = await digestOf(credential.presented, credential.algorithm);
  if (claims.sd_hash !== expected) throw new Refused("sd_hash_wrong");
  return numericDate(claims.iat);
}

/** The facts about the subject, without what belongs to the format. */
export function aboutSubject(claims) {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !SET_BY_FORMAT.includes(name)));
}

function checkText(claims, name) {
  if (name in claims && typeof claims[name] !== "string") throw new Refused("credential_malformed");
}

/** The place in a status list, null when the issuer keeps none. */
function statusOf(claims) {
  if (!("status" in claims)) return null;
  const list = claims.status?.status_list;
  const isPlace = isObject(claims.status) && isObject(list) && typeof list.uri === "string";
  if (!isPlace || !list.uri || list.uri.length > MAX_URI || !Number.isInteger(list.idx) || list.idx < 0) {
    throw new Refused("credential_malformed");
  }
  return { uri: list.uri, index: list.idx };
}

