// From the letters of a code to its texts and values: base45 (RFC 9285), a checksum (RFC 1950), byte
// strings of CBOR (RFC 8949 section 3.1), DEFLATE (RFC 1951). docs/shown-code.md.
import { Broken } from "./refused.js";
import { ascii, inflated, joined } from "./octets.js";

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const MAX_UNPACKED = 16 * 1024;
const DICTIONARY = ascii(
  '["\x02","no_arrears",true]["\x02","age_over_65",false]["\x02","age_over_14",' +
    '["\x02","applicant","' +
    '"vct#integrity":"sha256-","nbf":\x06,"urn:mydata:offline:' +
    'current_address",{"_sd":["\x01","\x01"]}]["\x02","address","' +
    '{"iss":"https://","vct":"/types/","iat":\x06,"exp":\x06,' +
    '"status":{"status_list":{"idx":,"uri":"/status/0"}},' +
    '"cnf":{"jwk":{"kty":"EC","crv":"P-256","x":"\x01","y":"\x04"}},' +
    '"_sd":["\x01","\x01"],"_sd_alg":"sha-256"}\x00\x08' +
    '{"alg":"ES256","typ":"dc+sd-jwt","x5c":\x07}\x00' +
    '["\x02","age_over_19",false]' +
    '{"alg":"ES256","typ":"kb+jwt"}\x00{"iat":\x06,"aud":"urn:mydata:offline",' +
    '"nonce":"\x03","sd_hash":"\x07"}\x00\x08\x00["\x02","age_over_19",true]',
);
const [NAME_SIZE, CHECK_SIZE] = [8, 4];
// DEFLATE looks back 32 KiB, and what it finds there is a dictionary.
const WINDOW = 32 * 1024;
const BYTES = 2;

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

/** `{chainName, held, issued, values}`: the name of a chain, two streams and the values of both. */
export function parted(octets) {
  const [name, check] = [octets.subarray(0, NAME_SIZE), octets.subarray(NAME_SIZE, NAME_SIZE + CHECK_SIZE)];
  const body = octets.subarray(NAME_SIZE + CHECK_SIZE);
  if (check.length !== CHECK_SIZE) throw new Broken();
  const sum = new DataView(check.buffer, check.byteOffset, CHECK_SIZE).getUint32(0);
  if (sum !== adler32(joined(name, body))) throw new Broken();
  const [held, after] = byteString(body);
  const [issued, values] = byteString(after);
  return { chainName: name, held, issued, values };
}

/** What one whole stream holds; `known` is what its writer knew of us beside the dictionary. */
export async function unpacked(stream, known = new Uint8Array()) {
  // Browsers know no dictionaries. But a stored block that goes before is in the window just the
  // same, so what refers to the dictionary finds it (RFC 1951 section 3.2.4).
  const dictionary = joined(known, DICTIONARY).slice(-WINDOW);
  const limit = dictionary.length + MAX_UNPACKED;
  const whole = await inflated(joined(stored(dictionary), stream), "deflate-raw", limit);
  return whole.subarray(dictionary.length);
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

/** A byte string, its length in the shortest form, and what follows it. */
function byteString(octets) {
  const [first] = octets;
  const width = { 24: 1, 25: 2 }[first & 31] ?? 0;
  if (first >> 5 !== BYTES || (first & 31) > 25 || octets.length < 1 + width) throw new Broken();
  const start = 1 + width;
  const size = width ? octets.subarray(1, start).reduce((sum, octet) => sum * 256 + octet, 0) : first & 31;
  const least = [0, 24, 256][width];
  if (size < least || start + size > octets.length) throw new Broken();
  return [octets.subarray(start, start + size), octets.subarray(start + size)];
}
