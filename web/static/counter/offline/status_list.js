// Whether a certificate still held when its list was last seen (Token Status List section 8.3).
import { Broken, Refused, refusing } from "./refused.js";
import { checkTimes, numericDate } from "./times.js";
import { fromBase64url, inflated } from "./octets.js";
import { isObject, readObject } from "./strict_json.js";
import { parseJws, verifyJws } from "./jws.js";
import { readX5c, validateChain } from "./chain.js";

const TYP = "statuslist+jwt";
const MAX_PACKED = 1024 * 1024;
const MAX_UNPACKED = 16 * 1024 * 1024;
const STATUSES = ["valid", "credential_revoked", "credential_suspended", "credential_outdated"];

/**
 * `{status, seenAt}` of a place in a kept list: "valid", or "not_listed" without a place. Throws
 * `Refused`: what the status is, or why it cannot be told; never "valid" by default.
 */
export async function checkStatus(place, lists, trust, now) {
  if (place === null) return { status: "not_listed", seenAt: null };
  const kept = Object.hasOwn(lists, place.uri) ? lists[place.uri] : null;
  if (kept === null) throw new Refused("status_unreachable");
  const { bits, octets, issuedAt } = await refusing(
    (kind) => (kind === "expired" ? "status_expired" : "status_invalid"),
    () => readList(kept, place.uri, trust, now),
  );
  const at = place.index * bits;
  if (at >= octets.length * 8) throw new Refused("status_out_of_range");
  const value = (octets[at >> 3] >> (at & 7)) & ((1 << bits) - 1);
  if (value >= STATUSES.length) throw new Refused("status_unknown_value");
  if (value) throw new Refused(STATUSES[value]);
  return { status: STATUSES[0], seenAt: issuedAt };
}

async function readList(token, uri, trust, now) {
  const jws = parseJws(token);
  const signer = await chainOf(jws, trust, now);
  if (jws.header.typ !== TYP) throw new Broken();
  await verifyJws(jws, signer.key);
  const claims = readObject(jws.payload);
  checkTimes(claims, now);
  const list = claims.status_list;
  if (claims.sub !== uri || !isObject(list) || typeof list.lst !== "string") throw new Broken();
  if (![1, 2, 4, 8].includes(list.bits)) throw new Broken();
  const packed = fromBase64url(list.lst);
  if (packed.length > MAX_PACKED) throw new Broken();
  const octets = await inflated(packed, "deflate", MAX_UNPACKED);
  return { bits: list.bits, octets, issuedAt: numericDate(claims.iat) };
}

/** An expired certificate of the list's signer is a wrong list, not an old one. */
async function chainOf(jws, trust, now) {
  const anchors = trust.anchors("status", now);
  return validateChain(readX5c(jws.header.x5c), { anchors, role: "status", now });
}
