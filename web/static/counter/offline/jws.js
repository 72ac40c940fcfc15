// Compact JSON Web Signatures (RFC 7515, RFC 8725): the key has one algorithm, and no header can
// choose another, name an address to fetch from, or ask for an extension.
import { Broken } from "./refused.js";
import { ascii, fromBase64url, isEqual } from "./octets.js";
import { isObject, readObject } from "./strict_json.js";

const ALGORITHMS = {
  ES256: { import: { name: "ECDSA", namedCurve: "P-256" }, use: { name: "ECDSA", hash: "SHA-256" } },
  Ed25519: { import: { name: "Ed25519" }, use: { name: "Ed25519" } },
};
const SIGNATURE_LETTERS = 86;
const NOT_TAKEN = ["crit", "b64", "jku", "x5u"];
const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];
const COORDINATE = 32;

/** The parts of a token that nobody has checked. */
export function parseJws(token) {
  const parts = token.split(".");
  if (parts.length !== 3 || parts[2].length !== SIGNATURE_LETTERS) throw new Broken();
  const [header, payload, signature] = parts.map(fromBase64url);
  const read = readObject(header);
  const isText = !("typ" in read) || typeof read.typ === "string";
  if (NOT_TAKEN.some((name) => name in read) || !isText) throw new Broken();
  if (![...Object.keys(ALGORITHMS), "EdDSA"].includes(read.alg)) throw new Broken();
  const input = ascii(token.slice(0, token.lastIndexOf(".")));
  return { header: read, payload, input, signature };
}

/** Returns when `jws` was signed by `key` (`importJwk`, `importSpki`); else throws `Broken`. */
export async function verifyJws(jws, key) {
  if (jws.header.alg !== key.algorithm) throw new Broken();
  if ("jwk" in jws.header) {
    const named = await importJwk(jws.header.jwk);
    if (named.algorithm !== key.algorithm || !isEqual(named.point, key.point)) throw new Broken();
  }
  const { use } = ALGORITHMS[key.algorithm];
  const isGood = await crypto.subtle.verify(use, key.loaded, jws.signature, jws.input);
  if (!isGood) throw new Broken("signature");
}

/** A public key of a JWK; private parts and other uses than verifying are refused. */
export async function importJwk(jwk) {
  if (!isObject(jwk) || PRIVATE.some((name) => name in jwk)) throw new Broken();
  const isEc = jwk.kty === "EC" && jwk.crv === "P-256";
  if (!isEc && !(jwk.kty === "OKP" && jwk.crv === "Ed25519")) throw new Broken();
  const algorithm = isEc ? "ES256" : "Ed25519";
  const names = isEc ? ["ES256"] : ["Ed25519", "EdDSA"];
  const isForUse = !("use" in jwk) || jwk.use === "sig";
  const isForAlgorithm = !("alg" in jwk) || names.includes(jwk.alg);
  const mayVerify = !("key_ops" in jwk) || (Array.isArray(jwk.key_ops) && jwk.key_ops.includes("verify"));
  if (!isForUse || !isForAlgorithm || !mayVerify) throw new Broken();
  const members = isEc ? ["x", "y"] : ["x"];
  for (const name of members) {
    if (typeof jwk[name] !== "string" || fromBase64url(jwk[name]).length !== COORDINATE) throw new Broken();
  }
  const { kty, crv } = jwk;
  const point = Object.fromEntries(members.map((name) => [name, jwk[name]]));
  return loaded("jwk", { kty, crv, ...point }, algorithm);
}

/** The key of a certificate, by its SubjectPublicKeyInfo in DER. */
export async function importSpki(der, algorithm) {
  return loaded("spki", der, algorithm);
}

async function loaded(format, value, algorithm) {
  try {
    const how = ALGORITHMS[algorithm].import;
    const key = await crypto.subtle.importKey(format, value, how, true, ["verify"]);
    const point = new Uint8Array(await crypto.subtle.exportKey("raw", key));
    return { algorithm, loaded: key, point };
  } catch {
    throw new Broken();
  }
}
