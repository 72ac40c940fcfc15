// One X.509 certificate as the facts that path validation asks about (RFC 5280 section 4).
import { Broken } from "./refused.js";
import { TAG, bits, boolean, context, expected, integer, moment, oid, only, within } from "./der.js";
import { importSpki } from "./jws.js";
import { isEqual } from "./octets.js";

const LIMIT = 8 * 1024;
const KEYS = { EC: "1.2.840.10045.2.1", ED25519: "1.3.101.112", RSA: "1.2.840.113549.1.1.1" };
const CURVES = {
  "1.2.840.10045.3.1.7": ["P-256", 32],
  "1.3.132.0.34": ["P-384", 48],
  "1.3.132.0.35": ["P-521", 66],
};
// Signatures of today; whatever is not here is weak or unknown.
const SIGNATURES = {
  "1.2.840.10045.4.3.2": ["ECDSA", "SHA-256"],
  "1.2.840.10045.4.3.3": ["ECDSA", "SHA-384"],
  "1.2.840.10045.4.3.4": ["ECDSA", "SHA-512"],
  "1.2.840.113549.1.1.11": ["RSASSA-PKCS1-v1_5", "SHA-256"],
  "1.2.840.113549.1.1.12": ["RSASSA-PKCS1-v1_5", "SHA-384"],
  "1.2.840.113549.1.1.13": ["RSASSA-PKCS1-v1_5", "SHA-512"],
  "1.3.101.112": ["Ed25519", ""],
};
const RSA_BITS = [2048, 8192];
const EXTENSIONS = {
  "2.5.29.19": "basic", "2.5.29.15": "usage", "2.5.29.37": "purposes", "2.5.29.17": "names",
  "2.5.29.30": "constraints", "2.5.29.35": "authority", "2.5.29.14": "own", "2.5.29.32": "policies",
};
const ORGANIZATION = "2.5.4.10";
const COMMON_NAME = "2.5.4.3";
const EMAIL = "1.2.840.113549.1.9.1";
const [VERSION_3, SIGN, COMMIT, CERTIFY] = [2, 0, 1, 5];

/** Facts of a certificate in DER; throws `Broken` for what is none. */
export function readCertificate(der) {
  if (der.length > LIMIT) throw new Broken();
  const [tbs, algorithm, signature, ...rest] = within(only(der, TAG.SEQUENCE));
  const fields = within(tbs);
  const version = fields[0]?.tag === context(0) ? integer(within(fields.shift(), context(0))[0]) : 0;
  const [serial, inner, issuer, validity, subject, spki, ...optional] = fields;
  const signed = bits(signature);
  if (rest.length || version !== VERSION_3 || signed.unused !== 0) throw new Broken();
  if (expected(serial, TAG.INTEGER).value.length > 21) throw new Broken();
  // What is signed names the algorithm too (RFC 5280 section 4.1.1.2).
  if (!isEqual(algorithm.whole, expected(inner, TAG.SEQUENCE).whole)) throw new Broken();
  const [from, until] = within(validity).map(moment);
  const extensions = extensionsOf(optional.find(({ tag }) => tag === context(3)));
  return {
    der, tbs: tbs.whole, signature: signed.octets, subject: subject.whole, issuer: issuer.whole,
    algorithm: oid(within(algorithm)[0]), from, until, spki: spki.whole, key: keyOf(spki),
    subjectName: textOf(subject, ORGANIZATION) || textOf(subject, COMMON_NAME) || "",
    ...extensions,
    names: namesOf(subject, extensions.names),
  };
}

function extensionsOf(element) {
  const found = { unknownCritical: false, isCa: null, pathLength: null, usages: null,
    maySign: true, mayCertify: true, names: [], constraints: null };
  if (!element) return found;
  const seen = new Set();
  for (const each of within(within(element, context(3))[0])) {
    const parts = within(each);
    const name = oid(parts[0]);
    if (seen.has(name)) throw new Broken();
    seen.add(name);
    const isCritical = parts.length === 3 && boolean(parts[1]);
    const kind = EXTENSIONS[name];
    if (kind) READ[kind]?.(found, expected(parts.at(-1), TAG.OCTETS).value);
    else if (isCritical) found.unknownCritical = true;
  }
  return found;
}

const READ = {
  basic(found, der) {
    const parts = within(only(der, TAG.SEQUENCE));
    found.isCa = parts[0]?.tag === TAG.BOOLEAN && boolean(parts.shift());
    found.pathLength = parts.length ? integer(parts[0]) : null;
  },
  usage(found, der) {
    const { has } = bits(only(der, TAG.BITS));
    // A seal's key may be for content commitment alone (ETSI EN 319 412-2).
    found.maySign = has(SIGN) || has(COMMIT);
    found.mayCertify = has(CERTIFY);
  },
  purposes(found, der) {
    found.usages = within(only(der, TAG.SEQUENCE)).map(oid);
  },
  names(found, der) {
    found.names = within(only(der, TAG.SEQUENCE));
  },
  constraints(found, der) {
    const trees = { permitted: [], excluded: [] };
    for (const side of within(only(der, TAG.SEQUENCE))) {
      const to = side.tag === context(0) ? trees.permitted : trees.excluded;
      for (const tree of within(side, side.tag)) to.push(within(tree)[0]);
    }
    found.constraints = trees;
  },
};

/** All that name constraints apply to: alternative names, the subject, addresses in it. */
function namesOf(subject, alternative) {
  const directory = subject.value.length ? [{ tag: context(4), value: subject.whole }] : [];
  const address = textOf(subject, EMAIL);
  const mail = address ? [{ tag: context(1, false), value: new TextEncoder().encode(address) }] : [];
  return [...alternative, ...directory, ...mail];
}

function textOf(subject, wanted) {
  for (const set of within(subject)) {
    for (const attribute of within(set, TAG.SET)) {
      const [name, value] = within(attribute);
      if (oid(name) === wanted) return new TextDecoder().decode(value.value);
    }
  }
  return null;
}

function keyOf(spki) {
  const [algorithm] = within(spki);
  const [kind, parameter] = within(algorithm);
  const name = oid(kind);
  if (name === KEYS.ED25519) return { kind: "Ed25519" };
  if (name === KEYS.RSA) return { kind: "RSASSA-PKCS1-v1_5" };
  const curve = name === KEYS.EC ? CURVES[oid(parameter)] : undefined;
  return curve ? { kind: "ECDSA", curve: curve[0], half: curve[1] } : { kind: "unknown" };
}

/** The key for tokens: P-256 or Ed25519. */
export function tokenKey({ key, spki }) {
  if (key.kind === "Ed25519") return importSpki(spki, "Ed25519");
  if (key.kind === "ECDSA" && key.curve === "P-256") return importSpki(spki, "ES256");
  throw new Broken();
}

/** Whether neither the signature nor the key is of yesterday. */
export async function isStrong(certificate) {
  const { kind } = certificate.key;
  if (!(certificate.algorithm in SIGNATURES) || kind === "unknown") return false;
  if (kind !== "RSASSA-PKCS1-v1_5") return true;
  const { modulusLength } = (await keyFor(certificate, "SHA-256")).algorithm;
  return modulusLength >= RSA_BITS[0] && modulusLength <= RSA_BITS[1];
}

/** Whether `above` signed `below`: by name and by signature. */
export async function isIssuedBy(below, above) {
  const [kind, hash] = SIGNATURES[below.algorithm] ?? [];
  if (kind !== above.key.kind || !isEqual(below.issuer, above.subject)) return false;
  try {
    const key = await keyFor(above, hash);
    const isEc = kind === "ECDSA";
    const signature = isEc ? rawSignature(below.signature, above.key.half) : below.signature;
    return await crypto.subtle.verify({ name: kind, hash }, key, signature, below.tbs);
  } catch {
    return false;
  }
}

function keyFor({ key, spki }, hash) {
  const how = { name: key.kind, namedCurve: key.curve, hash };
  return crypto.subtle.importKey("spki", spki, how, false, ["verify"]);
}

/** r and s side by side, as WebCrypto has them, of the DER that certificates have. */
function rawSignature(der, half) {
  const raw = new Uint8Array(2 * half);
  within(only(der, TAG.SEQUENCE)).forEach((element, at) => {
    const { value } = expected(element, TAG.INTEGER);
    const number = value[0] === 0 ? value.subarray(1) : value;
    raw.set(number, half * (at + 1) - number.length);
  });
  return raw;
}
