// Who is trusted for what: one list, signed by its keeper, kept by the desk (`keys/trust_list.py`).
import { Broken, refusing } from "./refused.js";
import { checkTimes, numericDate } from "./times.js";
import { fromBase64 } from "./octets.js";
import { importJwk, parseJws, verifyJws } from "./jws.js";
import { isObject, readObject } from "./strict_json.js";
import { readCertificate } from "./certificate.js";

const TYP = "trust-list+jwt";

/** `{issuedAt, anchors(role, now)}`; throws `Refused` (trust_list_unusable). */
export async function readTrustList(token, keeper, now) {
  return refusing("trust_list_unusable", async () => {
    const jws = parseJws(token);
    if (jws.header.typ !== TYP) throw new Broken();
    await verifyJws(jws, await importJwk(keeper));
    const claims = readObject(jws.payload);
    checkTimes(claims, now, { requireExp: true });
    if (claims.exp <= now || !Array.isArray(claims.anchors)) throw new Broken();
    const entries = claims.anchors.map(entry);
    return {
      issuedAt: numericDate(claims.iat),
      anchors: (role, at) =>
        entries.filter((one) => one.role === role && one.from <= at && at <= one.until),
    };
  });
}

function entry(value) {
  if (!isObject(value) || !Array.isArray(value.scope ?? [])) throw new Broken();
  const { role, certificate, scope = [] } = value;
  if (typeof role !== "string" || scope.some((each) => typeof each !== "string")) throw new Broken();
  const [from, until] = [numericDate(value.from), numericDate(value.until)];
  return { role, certificate: readCertificate(fromBase64(certificate)), scope, from, until };
}
