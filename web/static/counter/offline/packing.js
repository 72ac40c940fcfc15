// From the letters of a code to its octet strings: base45 (RFC 9285), ZLIB with the format's own
// dictionary (RFC 1950), CBOR of nine parts (RFC 8949 section 4.2.1). docs/shown-code.md.
import { Broken } from "./refused.js";
import { ascii, inflated, joined } from "./octets.js";

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const MAX_UNPACKED = 16 * 1024;
const DICTIONARY = ascii(
  '{"alg":"ES256","typ":"dc+sd-jwt","x5c":' +
    '{"alg":"ES256","typ":"kb+jwt"}' +
    '{"iat":,"aud":"urn:mydata:offline","nonce":"","sd_hash":""}' +
    '"vct#integrity":"sha256-","nbf":,"_sd":["","","_sd_alg":"sha-256"}' +
    '"cnf":{"jwk":{"kty":"EC","crv":"P-256","x":"","y":""}},' +
    '"status":{"status_list":{"idx":,"uri":"/status/0"}},"iat":,"exp":,' +
    '{"iss":"https:///issuers/","vct":"https:///issuers//types//1",',
);
// RFC 1950 section 2.2: DEFLATE in a window of 32 KiB; the fifth bit says there is a dictionary.
const DEFLATE_32K = 0x78;
const HAS_DICTIONARY = 0x20;
const ZLIB_HEAD = 6;
const ZLIB_TAIL = 4;
const BYTES = 2;
const ARRAY = 4;

export function fromBase45(text) {
  const octets = [];
  for (let at = 0; at < text.length; at += 3) {
    const group = text.slice(at, at + 3);
    const values = [...group].map((letter) => LETTERS.indexOf(letter));
    if (values.includes(-1) || group.length === 1) throw new Broken();
    const number = values.reduceRight((sum, value) => sum * 45 + value, 0);
    if (number >= 1 << (8 * (group.length - 1))) throw new Broken();
    if (group.length === 3) octets.push(number >> 8);
    octets.push(number & 255);
  }
  return Uint8Array.from(octets);
}

/** The octets of one whole ZLIB stream that was packed with the dictionary. */
export async function unzipped(packed) {
  if (packed.length < ZLIB_HEAD + ZLIB_TAIL) throw new Broken();
  const [method, flags] = packed;
  const isOurs = method === DEFLATE_32K && (flags & HAS_DICTIONARY) !== 0;
  if (!isOurs || ((method << 8) | flags) % 31 !== 0) throw new Broken();
  const sums = new DataView(packed.buffer, packed.byteOffset, packed.length);
  if (sums.getUint32(2) !== adler32(DICTIONARY)) throw new Broken();
  // Browsers know no dictionaries. But a stored block that goes before is in the window just the
  // same, so what refers to the dictionary finds it (RFC 1951 section 3.2.4).
  const body = packed.subarray(ZLIB_HEAD, packed.length - ZLIB_TAIL);
  const limit = DICTIONARY.length + MAX_UNPACKED;
  const whole = await inflated(joined(stored(DICTIONARY), body), "deflate-raw", limit);
  const octets = whole.subarray(DICTIONARY.length);
  if (sums.getUint32(packed.length - ZLIB_TAIL) !== adler32(octets)) throw new Broken();
  return octets;
}

function stored(octets) {
  const size = octets.length;
  return joined([0, size & 255, size >> 8, ~size & 255, (~size >> 8) & 255], octets);
}

function adler32(octets) {
  let [low, high] = [1, 0];
  for (const octet of octets) {
    low = (low + octet) % 65521;
    high = (high + low) % 65521;
  }
  return high * 65536 + low;
}

/** `size` parts, the one at `run` an array of octet strings; every length in its shortest form. */
export function unpacked(octets, size, run) {
  const reader = new CborReader(octets);
  if (reader.head(ARRAY) !== size) throw new Broken();
  const part = (at) => (at === run ? reader.list() : reader.octets());
  const parts = Array.from({ length: size }, (_, at) => part(at));
  if (!reader.isAtEnd) throw new Broken();
  return parts;
}

class CborReader {
  #octets;
  #at = 0;

  constructor(octets) {
    this.#octets = octets;
  }

  get isAtEnd() {
    return this.#at === this.#octets.length;
  }

  head(expected) {
    const [first] = this.#take(1);
    if (first >> 5 !== expected) throw new Broken();
    const count = first & 31;
    if (count < 24) return count;
    if (count > 25) throw new Broken();
    const value = this.#take(count - 23).reduce((sum, octet) => sum * 256 + octet, 0);
    if (value < (count === 24 ? 24 : 256)) throw new Broken();
    return value;
  }

  octets() {
    return this.#take(this.head(BYTES));
  }

  list() {
    return Array.from({ length: this.head(ARRAY) }, () => this.octets());
  }

  #take(count) {
    const taken = this.#octets.subarray(this.#at, this.#at + count);
    if (taken.length !== count) throw new Broken();
    this.#at += count;
    return taken;
  }
}
