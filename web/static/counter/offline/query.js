// Whether a certificate answers what the desk may ask: all of it, and nothing more (OpenID4VP 8.6).
import { Refused } from "./refused.js";

const FORMAT = "dc+sd-jwt";

/**
 * The first credential query that is answered exactly: `{query, paths}`. A code names none, so each
 * is tried; the first, which asks for least, says what is wrong with a code that answers none.
 */
export function answered(queries, credential) {
  const refusals = [];
  for (const query of queries) {
    try {
      return { query, paths: answer(query, credential) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refusals.push(error);
    }
  }
  throw refusals[0];
}

function answer(query, { claims, paths, positions }) {
  const isType = query.meta.vct_values.includes(claims.vct);
  if (query.format !== FORMAT || !isType) throw new Refused("query_not_satisfied");
  const found = query.claims.map(({ path }) => select(claims, path, positions));
  if (found.some((places) => !places.length)) throw new Refused("query_not_satisfied");
  const asked = found.flat();
  // A parent comes along to carry what was asked for; what is below it comes with it.
  const isAsked = (path) => asked.some((each) => begins(each, path) || begins(path, each));
  if (!paths.every(isAsked)) throw new Refused("unrequested_claim");
  return asked;
}

const begins = (start, path) => start.every((step, at) => step === path[at]);

/** The paths a claims path pointer selects; an index counts the issuer's elements (section 7). */
export function select(claims, pointer, positions) {
  let found = [[[], claims]];
  for (const step of pointer) {
    found = found.flatMap(([path, value]) => stepped(path, value, step, positions));
  }
  return found.map(([path]) => path);
}

function stepped(path, value, step, positions) {
  if (typeof step === "string") {
    const isThere = typeof value === "object" && value !== null && !Array.isArray(value) && step in value;
    return isThere ? [[[...path, step], value[step]]] : [];
  }
  if (!Array.isArray(value)) return [];
  const issued = positions.get(JSON.stringify(path)) ?? value.map((_, at) => at);
  return value.flatMap((element, at) =>
    step === null || issued[at] === step ? [[[...path, at], element]] : [],
  );
}

/** What stands at a path. */
export function valueAt(claims, path) {
  return path.reduce((value, step) => value[step], claims);
}
