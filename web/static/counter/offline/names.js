// Which names an authority may certify (RFC 5280 section 4.2.1.10). A kind of name that is
// constrained and not understood here (addresses of machines and mail) is refused wherever it
// appears. Names of directories are compared to the letter, so never more is permitted than meant.
import { Broken } from "./refused.js";
import { context, elements, only, TAG } from "./der.js";
import { isEqual, utf8 } from "./octets.js";

const [DNS, URI, DIRECTORY] = [context(2, false), context(6, false), context(4)];

/** Returns when every name is permitted and none excluded; else throws `Broken`. */
export function checkNames({ permitted, excluded }, names) {
  for (const name of names) {
    const ofKind = ({ tag }) => tag === name.tag;
    const [inside, outside] = [permitted.filter(ofKind), excluded.filter(ofKind)];
    if (!inside.length && !outside.length) continue;
    const within = WITHIN[name.tag];
    if (!within) throw new Broken();
    if (inside.length && !inside.some((tree) => within(name, tree))) throw new Broken();
    if (outside.some((tree) => within(name, tree))) throw new Broken();
  }
}

const WITHIN = {
  [DNS](name, tree) {
    const [host, base] = [utf8(name.value).toLowerCase(), utf8(tree.value).toLowerCase()];
    const domain = base.replace(/^\.+/, "");
    return !domain || host === domain || host.endsWith(`.${domain}`);
  },
  [URI](name, tree) {
    const base = utf8(tree.value).toLowerCase();
    const host = URL.canParse(utf8(name.value)) ? new URL(utf8(name.value)).hostname : "";
    return base.startsWith(".") ? host.endsWith(base) : host === base;
  },
  [DIRECTORY](name, tree) {
    const [parts, base] = [partsOf(name), partsOf(tree)];
    return base.every((part, at) => parts[at] && isEqual(part.whole, parts[at].whole));
  },
};

function partsOf({ value }) {
  return elements(only(value, TAG.SEQUENCE).value);
}
