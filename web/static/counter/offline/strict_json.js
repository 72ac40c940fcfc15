// JSON that is read once and never guessed at: a name twice, a number no reader can keep and text
// that is not Unicode are refused, as the service refuses them (RFC 8725 section 2.4).
import { Broken } from "./refused.js";
import { utf8 } from "./octets.js";

const DEPTH = 64;
const DIGITS = 64;
const SIGNIFICANT = 17;

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const WORDS = { true: true, false: false, null: null };

/** The value of one JSON text in UTF-8 octets. Objects have no prototype. Throws `Broken`. */
export function readJson(octets) {
  return new Reader(utf8(octets)).whole();
}

/** As `readJson`, of one object. */
export function readObject(octets) {
  const value = readJson(octets);
  if (!isObject(value)) throw new Broken();
  return value;
}

export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

class Reader {
  #text;
  #at = 0;

  constructor(text) {
    this.#text = text;
  }

  whole() {
    const value = this.#value(0);
    this.#take(SPACE);
    if (this.#at !== this.#text.length) throw new Broken();
    return value;
  }

  #value(depth) {
    if (depth > DEPTH) throw new Broken();
    this.#take(SPACE);
    const first = this.#text[this.#at];
    if (first === "{") return this.#object(depth + 1);
    if (first === "[") return this.#array(depth + 1);
    if (first === '"') return this.#string();
    const word = this.#take(WORD);
    return word ? WORDS[word[0]] : this.#number();
  }

  #object(depth) {
    if (depth > DEPTH) throw new Broken();
    const members = Object.create(null);
    this.#list("}", () => {
      this.#take(SPACE);
      const name = this.#string();
      if (name in members) throw new Broken();
      this.#expect(":");
      members[name] = this.#value(depth);
    });
    return members;
  }

  #array(depth) {
    if (depth > DEPTH) throw new Broken();
    const values = [];
    this.#list("]", () => values.push(this.#value(depth)));
    return values;
  }

  /** What stands between brackets, with commas. */
  #list(end, element) {
    this.#at += 1;
    this.#take(SPACE);
    if (this.#text[this.#at] === end) return void (this.#at += 1);
    for (;;) {
      element();
      this.#take(SPACE);
      const next = this.#text[this.#at++];
      if (next === end) return;
      if (next !== ",") throw new Broken();
    }
  }

  #string() {
    const found = this.#take(STRING);
    if (!found) throw new Broken();
    let text;
    try {
      text = JSON.parse(found[0]);
    } catch {
      throw new Broken();
    }
    if (text.includes("\0") || !text.isWellFormed()) throw new Broken();
    return text;
  }

  #number() {
    const found = this.#take(NUMBER);
    if (!found) throw new Broken();
    const [text, fraction, exponent] = found;
    const value = Number(text);
    if (fraction === undefined && exponent === undefined) {
      if (text.length > DIGITS) throw new Broken();
      // Shown to a person letter for letter, so never rounded.
      return Number.isSafeInteger(value) ? value : BigInt(text);
    }
    const significant = text.split(/[eE]/)[0].replace(".", "").replace(/^[-0]+/, "");
    const isLost = !Number.isFinite(value) || (value === 0 && significant !== "");
    if (significant.length > SIGNIFICANT || isLost) throw new Broken();
    return value;
  }

  #expect(character) {
    this.#take(SPACE);
    if (this.#text[this.#at++] !== character) throw new Broken();
  }

  #take(pattern) {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found) this.#at = pattern.lastIndex;
    return found;
  }
}
