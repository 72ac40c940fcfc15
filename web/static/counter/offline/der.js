// DER, as far as certificates need it (ITU-T X.690 section 10): one spelling for each value.
import { Broken } from "./refused.js";

export const TAG = {
  BOOLEAN: 0x01, INTEGER: 0x02, BITS: 0x03, OCTETS: 0x04, OID: 0x06, SEQUENCE: 0x30, SET: 0x31,
  UTC_TIME: 0x17, TIME: 0x18,
};
/** A context-specific tag. */
export const context = (number, constructed = true) => 0x80 | (constructed ? 0x20 : 0) | number;

/** The elements that fill `octets`: `tag`, `value` without and `whole` with its head. */
export function elements(octets) {
  const found = [];
  let at = 0;
  while (at < octets.length) {
    const element = elementAt(octets, at);
    found.push(element);
    at += element.whole.length;
  }
  return found;
}

/** The one element that `octets` are, with this tag. */
export function only(octets, tag) {
  const element = elementAt(octets, 0);
  if (element.whole.length !== octets.length || element.tag !== tag) throw new Broken();
  return element;
}

/** The elements within an element of this tag. */
export function within(element, tag = TAG.SEQUENCE) {
  return elements(expected(element, tag).value);
}

export function expected(element, tag) {
  if (element?.tag !== tag) throw new Broken();
  return element;
}

function elementAt(octets, at) {
  const tag = octets[at];
  let size = octets[at + 1];
  let head = 2;
  if (size === undefined || (tag & 31) === 31) throw new Broken();
  if (size > 127) {
    const width = size & 127;
    if (width < 1 || width > 3) throw new Broken();
    size = octets.subarray(at + 2, at + 2 + width).reduce((sum, octet) => sum * 256 + octet, 0);
    if (size < 128 || (width > 1 && octets[at + 2] === 0)) throw new Broken();
    head += width;
  }
  const whole = octets.subarray(at, at + head + size);
  if (whole.length !== head + size) throw new Broken();
  return { tag, value: whole.subarray(head), whole };
}

export function oid(element) {
  const { value } = expected(element, TAG.OID);
  const arcs = [];
  let arc = 0;
  for (const octet of value) {
    arc = arc * 128 + (octet & 127);
    if (octet < 128) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [first, ...rest] = arcs;
  const top = Math.min(Math.floor(first / 40), 2);
  return [top, first - top * 40, ...rest].join(".");
}

export function boolean(element) {
  return expected(element, TAG.BOOLEAN).value[0] === 0xff;
}

/** A small whole number. */
export function integer(element) {
  const { value } = expected(element, TAG.INTEGER);
  if (value.length > 4 || value[0] > 127) throw new Broken();
  return value.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** The octets of a string of bits, and whether one bit of it (0 is the first) is set. */
export function bits(element) {
  const { value } = expected(element, TAG.BITS);
  const octets = value.subarray(1);
  return { unused: value[0], octets, has: (at) => (octets[at >> 3] & (0x80 >> (at & 7))) !== 0 };
}

/** Seconds since 1970 of a UTCTime or GeneralizedTime in UTC (RFC 5280 section 4.1.2.5). */
export function moment(element) {
  const text = String.fromCharCode(...element.value);
  const isShort = element.tag === TAG.UTC_TIME;
  if (!isShort) expected(element, TAG.TIME);
  const found = (isShort ? /^(\d\d)(\d{10})Z$/ : /^(\d{4})(\d{10})Z$/).exec(text);
  if (!found) throw new Broken();
  const year = Number(found[1]) + (isShort ? (Number(found[1]) < 50 ? 2000 : 1900) : 0);
  const [month, day, hour, minute, second] = found[2].match(/\d\d/g).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}
