// Certificate chains: from a token's `x5c` to a root trusted for the role (RFC 5280 section 6).
import { Broken } from "./refused.js";
import { checkNames } from "./names.js";
import { context } from "./der.js";
import { fromBase64, isEqual, utf8 } from "./octets.js";
import { isIssuedBy, isStrong, readCertificate, tokenKey } from "./certificate.js";

const LIMIT = 5;
const OWN_ARC = "1.3.6.1.4.1.32473.1";
const ANY = "2.5.29.37.0";
// Who may do what by the certificate's own words; `keys/role.py` has the same table.
const USAGES = {
  issuer: [ANY, `${OWN_ARC}.1`, "1.0.18013.5.1.2"],
  status: [ANY, `${OWN_ARC}.3`],
};
const URI = context(6, false);

/** The certificates of an `x5c` header, leaf first. */
export function readX5c(x5c) {
  if (!Array.isArray(x5c) || !x5c.length || x5c.length > LIMIT) throw new Broken();
  return x5c.map((text) => readCertificate(fromBase64(text)));
}

/**
 * Who a chain (leaf first, anchor left out) belongs to: `{key, name, uris, scope}`.
 * Throws `Broken`: untrusted when no anchor signed it, malformed for all else.
 */
export async function validateChain(chain, { anchors, role, now }) {
  // 1. what must not be in a chain, and the order of what must
  await checkSelfSigned(chain, anchors);
  pairs(chain).forEach(([below, above]) => check(isEqual(below.issuer, above.subject)));
  // What cannot be checked any more is wrong, not unknown.
  for (const each of chain) check(await isStrong(each));
  // 2. to an anchor
  const anchor = await anchorOf(chain.at(-1), anchors);
  const path = [...chain, anchor.certificate];
  // 3. each certificate by itself
  check(chain[0].isCa !== true && chain[0].maySign);
  path.slice(1).forEach((authority, depth) => checkAuthority(authority, path.slice(1, depth + 1)));
  for (const each of path) await checkExtensions(each, role);
  // 4. each signature, and the names below each authority
  for (const [below, above] of pairs(path)) check(await isIssuedBy(below, above));
  path.forEach((authority, depth) => {
    if (depth && authority.constraints) {
      path.slice(0, depth).forEach((each) => checkNames(authority.constraints, each.names));
    }
  });
  // 5. the time of each
  for (const each of path) check(each.from <= now && now <= each.until);
  const [leaf] = chain;
  const uris = leaf.names.filter(({ tag }) => tag === URI).map(({ value }) => utf8(value));
  return { key: await tokenKey(leaf), name: leaf.subjectName, uris, scope: anchor.scope };
}

function check(isTrue) {
  if (!isTrue) throw new Broken();
}

const pairs = (path) => path.slice(1).map((above, at) => [path[at], above]);
const isSelfIssued = ({ subject, issuer }) => isEqual(subject, issuer);

async function checkSelfSigned(chain, anchors) {
  check(!isSelfIssued(chain[0]));
  const isAnchor = (each) => anchors.some(({ certificate }) => isEqual(each.der, certificate.der));
  check(!chain.some(isAnchor));
  const top = chain.at(-1);
  check(!(isSelfIssued(top) && (await isIssuedBy(top, top))));
}

async function anchorOf(top, anchors) {
  for (const anchor of anchors) {
    if (await isIssuedBy(top, anchor.certificate)) return anchor;
  }
  throw new Broken("untrusted");
}

function checkAuthority(authority, below) {
  check(authority.isCa === true && authority.mayCertify);
  // RFC 5280 section 4.2.1.9: self-issued ones (a key change) do not count.
  const depth = below.filter((each) => !isSelfIssued(each)).length;
  check(authority.pathLength === null || depth <= authority.pathLength);
}

async function checkExtensions(certificate, role) {
  check(!certificate.unknownCritical && (await isStrong(certificate)));
  const { usages } = certificate;
  check(usages === null || usages.some((usage) => USAGES[role].includes(usage)));
}
