// Put every disclosure where its digest stands (RFC 9901 section 7.1, steps 3 to 5). A digest met
// twice, a disclosure nobody asked for, a claim that would overwrite another: each is refused.
import { Broken, Refused } from "./refused.js";
import { ascii, fromBase64url, toBase64url } from "./octets.js";
import { isObject, readJson } from "./strict_json.js";

const HASHES = { "sha-256": "SHA-256", "sha-384": "SHA-384", "sha-512": "SHA-512" };
const RESERVED = ["_sd", "_sd_alg", "..."];
const MAX_DISCLOSURES = 512;
const MAX_DEPTH = 64;

const malformed = () => new Refused("credential_malformed");
const invalid = () => new Refused("disclosure_invalid");

export async function digestOf(text, algorithm) {
  const octets = await crypto.subtle.digest(HASHES[algorithm], ascii(text));
  return toBase64url(new Uint8Array(octets));
}

/**
 * What an issuer signed, as far as it was disclosed: `claims`, where each disclosure went (`paths`),
 * `algorithm`, and `positions`: of each array that lost elements, which ones of the issuer's are left.
 */
export async function unpack(payload, texts) {
  const algorithm = payload._sd_alg ?? "sha-256";
  const isKnown = typeof algorithm === "string" && Object.hasOwn(HASHES, algorithm);
  if (!isKnown || ("_sd_alg" in payload && payload._sd_alg === null)) throw malformed();
  if (texts.length > MAX_DISCLOSURES) throw new Refused("presentation_malformed");
  const disclosures = new Map();
  for (const text of texts) disclosures.set(await digestOf(text, algorithm), readDisclosure(text));
  if (disclosures.size !== texts.length) throw invalid();
  const unpacking = new Unpacking(disclosures);
  const { _sd_alg, ...open } = payload;
  const claims = unpacking.members(Object.assign(Object.create(null), open), []);
  if (unpacking.paths.size !== disclosures.size) throw invalid();
  const paths = [...disclosures.keys()].map((digest) => unpacking.paths.get(digest));
  return { claims, paths, algorithm, positions: unpacking.positions };
}

function readDisclosure(text) {
  let parts;
  try {
    parts = readJson(fromBase64url(text));
  } catch (error) {
    throw error instanceof Broken ? invalid() : error;
  }
  const isRead = Array.isArray(parts) && typeof parts[0] === "string";
  if (isRead && parts.length === 2) return { name: null, value: parts[1] };
  if (isRead && parts.length === 3 && typeof parts[1] === "string") {
    return { name: parts[1], value: parts[2] };
  }
  throw invalid();
}

class Unpacking {
  paths = new Map();
  positions = new Map();
  #disclosures;
  #met = new Set();

  constructor(disclosures) {
    this.#disclosures = disclosures;
  }

  members(claims, path) {
    const { _sd: digests = [], ...open } = claims;
    if ("..." in open) throw invalid();
    if ("_sd_alg" in open || !Array.isArray(digests)) throw malformed();
    const shown = Object.create(null);
    for (const [name, value] of Object.entries(open)) shown[name] = this.#content(value, [...path, name]);
    for (const [digest, { name, value }] of this.#meet(digests)) {
      if (name === null || (RESERVED.includes(name) && name !== "_sd_alg") || name in shown) throw invalid();
      if (name === "_sd_alg") throw malformed();
      shown[name] = this.#put(digest, value, [...path, name]);
    }
    return shown;
  }

  #elements(values, path) {
    const shown = [];
    const places = [];
    values.forEach((value, place) => {
      const isPlaceholder = isObject(value) && "..." in value;
      const before = shown.length;
      if (!isPlaceholder) shown.push(this.#content(value, [...path, before]));
      else {
        if (Object.keys(value).length !== 1) throw malformed();
        for (const [digest, { name, value: hidden }] of this.#meet([value["..."]])) {
          if (name !== null) throw invalid();
          shown.push(this.#put(digest, hidden, [...path, before]));
        }
      }
      if (shown.length > before) places.push(place);
    });
    if (shown.length !== values.length) this.positions.set(JSON.stringify(path), places);
    return shown;
  }

  #put(digest, value, path) {
    this.paths.set(digest, path);
    return this.#content(value, path);
  }

  #content(value, path) {
    if (typeof value !== "object" || value === null) return value;
    if (path.length > MAX_DEPTH) throw new Refused("presentation_malformed");
    return Array.isArray(value) ? this.#elements(value, path) : this.members(value, path);
  }

  /** Note digests, and give those that are disclosed; hidden claims and decoys are not. */
  #meet(digests) {
    if (digests.some((digest) => typeof digest !== "string")) throw malformed();
    for (const digest of digests) {
      if (this.#met.has(digest)) throw invalid();
      this.#met.add(digest);
    }
    return digests
      .filter((digest) => this.#disclosures.has(digest))
      .map((digest) => [digest, this.#disclosures.get(digest)]);
  }
}
