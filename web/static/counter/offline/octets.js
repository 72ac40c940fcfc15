// Octets and their texts, each octet string with exactly one text (RFC 4648 sections 4 and 5).
import { Broken } from "./refused.js";

const URL_LETTERS = /^[A-Za-z0-9_-]*$/;
const LETTERS = /^[A-Za-z0-9+/]*={0,2}$/;

/** @returns {Uint8Array} of base64url without padding */
export function fromBase64url(text) {
  if (!URL_LETTERS.test(text)) throw new Broken();
  const octets = decoded(text.replaceAll("-", "+").replaceAll("_", "/"));
  // Left-over bits that are not zero would be a second text of the same octets.
  if (toBase64url(octets) !== text) throw new Broken();
  return octets;
}

export function toBase64url(octets) {
  return toBase64(octets).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @returns {Uint8Array} of base64 with padding */
export function fromBase64(text) {
  if (typeof text !== "string" || !LETTERS.test(text)) throw new Broken();
  const octets = decoded(text);
  if (toBase64(octets) !== text) throw new Broken();
  return octets;
}

export function toBase64(octets) {
  let letters = "";
  for (const octet of octets) letters += String.fromCharCode(octet);
  return btoa(letters);
}

function decoded(text) {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Broken();
  }
}

export const ascii = (text) => new TextEncoder().encode(text);

/** Text of UTF-8 octets; a byte order mark stays, and is then no JSON. */
export function utf8(octets) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    throw new Broken();
  }
}

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function isEqual(one, other) {
  return one.length === other.length && one.every((octet, at) => octet === other[at]);
}

export async function sha256(octets) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", octets));
}

/** What a stream of octets unpacks to; never more than `limit`. Throws `Broken`. */
export async function inflated(octets, format, limit) {
  const stream = new Blob([octets]).stream().pipeThrough(new DecompressionStream(format));
  const reader = stream.getReader();
  const parts = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return joined(...parts);
      size += value.length;
      if (size > limit) throw new Broken();
      parts.push(value);
    }
  } catch {
    // Cut off, followed by something, too long, or no such stream at all.
    reader.cancel().catch(() => {});
    throw new Broken();
  }
}
