// The page's own texts, in its language: elements with `data-word`, hidden in the page itself.
const language = document.documentElement.lang;
const texts = new Map(
  [...document.querySelectorAll("[data-word]")].map((each) => [each.dataset.word, each.textContent]),
);

export const word = (name) => texts.get(name) ?? "";
export const filled = (name, values) =>
  word(name).replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

/** One of several languages, the page's first. */
export const pick = (names) => names?.[language] ?? names?.en ?? Object.values(names ?? {})[0] ?? "";

const MINUTE = 60;
const UNITS = [["age_days", 24 * 60 * MINUTE], ["age_hours", 60 * MINUTE], ["age_minutes", MINUTE]];

/** How long ago that was, as a person says it. */
export function age(moment, now) {
  const seconds = now - moment;
  const unit = UNITS.find(([, size]) => seconds >= size);
  return unit ? filled(unit[0], { count: Math.floor(seconds / unit[1]) }) : word("age_now");
}

const spoken = new Intl.DateTimeFormat(language, { dateStyle: "long" });
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A claim's value as a person reads it. */
export function spokenValue(value) {
  if (value === true) return word("yes");
  if (value === false) return word("no");
  if (value === null || value === "") return word("nothing_written");
  if (typeof value === "string" && DAY.test(value)) return spoken.format(new Date(`${value}T00:00:00`));
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
