// When a token is good, in seconds since 1970 (RFC 7519 sections 2 and 4.1).
import { Broken } from "./refused.js";

export const CLOCK_SKEW = 60;
const LAST_SECOND = 253402300799;

export function numericDate(value) {
  if (typeof value !== "number" || !(value >= 0 && value <= LAST_SECOND)) throw new Broken();
  return value;
}

/** Throws `Broken` (expired, not_yet_valid, malformed); at `exp` and the skew a token is good. */
export function checkTimes(claims, now, { maxAge = null, requireExp = false } = {}) {
  const moment = (name) => (name in claims ? numericDate(claims[name]) : null);
  const [exp, nbf, iat] = [moment("exp"), moment("nbf"), moment("iat")];
  if ((requireExp && exp === null) || (maxAge !== null && iat === null)) throw new Broken();
  if (exp !== null && now - CLOCK_SKEW > exp) throw new Broken("expired");
  for (const start of [nbf, iat]) {
    if (start !== null && now + CLOCK_SKEW < start) throw new Broken("not_yet_valid");
  }
  if (maxAge !== null && now - CLOCK_SKEW - maxAge > iat) throw new Broken("expired");
}
