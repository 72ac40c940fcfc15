// Draws what came of a code. Word, sign and colour say the same; what was not checked online is
// amber at the best, and never green.
import { age, filled, pick, spokenValue, word } from "./words.js";
import { valueAt } from "../offline/query.js";

// What was not proven wrong: something was missing here, or the code was not for this.
const UNKNOWN = [
  "trust_list_unusable", "status_unreachable", "status_invalid", "status_expired",
  "status_out_of_range", "status_unknown_value", "code_unknown_authority", "needs_network", "no_code",
];
const WORDS = {
  credential_expired: "expired",
  credential_revoked: "revoked",
  credential_outdated: "outdated",
};

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** The card of a code that was verified with what is at hand. */
export function acceptedCard(found, supplies, now) {
  const facts = found.query.claims.map(({ path }, at) => {
    const place = found.paths.find((each) => path.every((step, index) => step === each[index]));
    return fact(pick(found.query.labels[at]), spokenValue(valueAt(found.claims, place)));
  });
  const { trustList, statusList } = found.usedFrom;
  const ages = [fact(word("trust_list"), age(trustList, now))];
  ages.push(fact(word("status_list"), statusList === null ? word("no_status_list") : age(statusList, now)));
  return [
    verdict("wait", "accepted", "…"),
    element("section", { class: "card" },
      element("h2", {}, pick(found.query.title)),
      element("dl", { class: "facts" }, ...facts),
      element("p", { class: "quiet" }, `${word("issued_by")}: ${pick(supplies.issuers[found.issuer]) || found.issuer}`)),
    note(word("not_online")),
    element("section", { class: "card" },
      element("h2", {}, word("used_from")), element("dl", { class: "facts" }, ...ages)),
  ];
}

/** The card of a code that was not: why, and what to do next. */
export function refusedCard(code) {
  const isUnknown = UNKNOWN.includes(code);
  const name = isUnknown ? "unknown" : (WORDS[code] ?? "invalid");
  return [
    verdict(isUnknown ? "wait" : "no", name, isUnknown ? "?" : "✕"),
    element("section", { class: "card" },
      element("p", { class: "lead" }, word(`problem_${code}`)),
      element("p", {}, word(`problem_${code}_next`)),
      element("p", { class: "quiet" }, element("code", {}, code))),
  ];
}

/** One line of what came of uses that were brought home. */
export function settledLine({ state, code }) {
  const name = state === "recorded" || state === "late" ? "settled" : "settled_refused";
  return element("li", {}, filled(name, { why: code ? word(`problem_${code}`) : "" }));
}

function verdict(tone, name, sign) {
  return element("p", { class: `verdict ${tone}` },
    element("span", { class: "sign", "aria-hidden": "true" }, sign), " ", element("span", {}, word(`word_${name}`)));
}

function fact(term, value) {
  return element("div", {}, element("dt", {}, term), element("dd", {}, element("bdi", {}, value)));
}

function note(words) {
  return element("div", { class: "note info" },
    element("span", { class: "sign", "aria-hidden": "true" }, "i"), " ", element("p", {}, words));
}
