// What is random in a text of JSON was taken out of it as octets; here it is put back, mark by mark.
// docs/shown-code.md has the marks; no text of JSON holds a control character of its own.
import { Broken } from "./refused.js";
import { ascii, joined, toBase64url } from "./octets.js";

// Octets of each mark whose value is base64url: digests and keys, salts, nonces.
const SIZES = { 1: 32, 2: 18, 3: 16 };
const [Y_EVEN, Y_ODD, TIME, SIGNATURE] = [4, 5, 6, 8];
const TIME_SIZE = 4;
const FIRST_TIME = 10 ** 9;
const SIGNATURE_SIZE = 64;
/** Stands for what follows from the rest. */
export const HOLE = 7;

/** The octets that marks stand for, read once from the front. */
export class Values {
  #octets;
  #at = 0;

  constructor(octets) {
    this.#octets = octets;
  }

  take(size) {
    const taken = this.#octets.subarray(this.#at, this.#at + size);
    if (taken.length !== size) throw new Broken();
    this.#at += size;
    return taken;
  }

  rest() {
    return this.#octets.subarray(this.#at);
  }

  /** The parts of a stream, which zeros part, each with its values. */
  parts(texts) {
    return split(texts).map((part) =>
      part.length === 1 && part[0] === SIGNATURE ? this.take(SIGNATURE_SIZE) : this.#putBack(part),
    );
  }

  #putBack(text) {
    const found = [];
    let [start, last] = [0, new Uint8Array()];
    text.forEach((mark, at) => {
      const isLeft = mark < 1 || mark > TIME;
      if (isLeft) return;
      found.push(text.subarray(start, at));
      start = at + 1;
      if (mark === TIME) found.push(ascii(this.#time()));
      else if (mark === Y_EVEN || mark === Y_ODD) {
        found.push(ascii(toBase64url(yOf(last, mark === Y_ODD))));
        // Once for each x, so that a code made to be slow has no more of them than fit into it.
        last = new Uint8Array();
      } else {
        last = this.take(SIZES[mark]);
        found.push(ascii(toBase64url(last)));
      }
    });
    return joined(...found, text.subarray(start));
  }

  #time() {
    const number = this.take(TIME_SIZE).reduce((sum, octet) => sum * 256 + octet, 0);
    if (number < FIRST_TIME) throw new Broken();
    return String(number);
  }
}

/** `text` with `value` in place of its first hole. */
export function filled(text, value) {
  const at = text.indexOf(HOLE);
  return at < 0 ? text : joined(text.subarray(0, at), value, text.subarray(at + 1));
}

function split(octets) {
  const parts = [];
  let start = 0;
  for (let at = octets.indexOf(0); at >= 0; at = octets.indexOf(0, start)) {
    parts.push(octets.subarray(start, at));
    start = at + 1;
  }
  return [...parts, octets.subarray(start)];
}

// P-256 (SP 800-186 section 3.2.1.3): y² = x³ - 3x + b, and p leaves 3 when divided by 4.
const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

function yOf(octets, isOdd) {
  if (octets.length !== 32) throw new Broken();
  const x = octets.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
  const square = (x ** 3n - 3n * x + B) % P;
  const root = power(square, (P + 1n) / 4n);
  if (x >= P || (root * root - square) % P !== 0n) throw new Broken();
  const y = (root % 2n === 1n) === isOdd ? root : P - root;
  return Uint8Array.from({ length: 32 }, (_, at) => Number((y >> BigInt(8 * (31 - at))) & 255n));
}

function power(base, exponent) {
  let [result, square] = [1n, ((base % P) + P) % P];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}
