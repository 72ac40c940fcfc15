// The proof that the entries shown of a label are all there are (docs/ledger.md, "Complete for me").
import { demand, leafHash, octets, provenIndex, sha256, text } from './basics.mjs'

const number = (value, size) => {
  const found = Buffer.alloc(8)
  found.writeBigUInt64BE(BigInt(value))
  return found.subarray(8 - size)
}
const bit = (label, depth) => (label[depth >> 3] >> (7 - (depth & 7))) & 1

// Down the prefix map by the label's bits: how many entries it has, and the last one's hash.
function lookUp({ end, path }, label, root) {
  if (end === null) {
    demand(path.length === 0 && sha256().equals(root), 'the map is not empty')
    return { count: 0 }
  }
  const found = octets(end.label, 32)
  let hash = sha256(Buffer.of(0), found, number(end.count, 8), octets(end.head, 32))
  let below = 256
  for (const { depth, sibling } of [...path].reverse()) {
    demand(depth >= 0 && depth < below, 'depths grow on the way down')
    demand(bit(found, depth) === bit(label, depth), 'another way than the label says')
    const pair = bit(label, depth) ? [octets(sibling, 32), hash] : [hash, octets(sibling, 32)]
    hash = sha256(Buffer.of(1), number(depth, 2), ...pair)
    below = depth
  }
  demand(hash.equals(root), 'the lookup leads to another root')
  return found.equals(label) ? end : { count: 0 }
}

// How many entries are proven to be all, how many came later, and as of which entry of the log.
export function checkComplete(proof, expected, { vkey, origin }, readLeaf) {
  const sealed = octets(proof.sealed.leaf)
  const seal = readLeaf(sealed.toString())
  const asOf = provenIndex(sealed, proof.sealed.proof, vkey)
  const own = text(sha256('mydata-log-label-v1', origin))
  demand(seal.type === 'map' && seal.label === own, 'sealed by no map of this log')
  demand(proof.label === expected, 'about another label')
  const { count, head } = lookUp(proof.lookup, octets(expected, 32), octets(seal.commitment, 32))
  demand(proof.entries.length >= count, `entry number ${proof.entries.length + 1} is missing`)
  let [previous, last] = [null, -1]
  proof.entries.forEach(({ index, leaf }, at) => {
    const line = octets(leaf)
    const entry = readLeaf(line.toString())
    const chained = entry.label === expected && entry.number === at + 1 && entry.previous === previous
    demand(chained, `entry number ${at + 1} is missing, or not in its place`)
    const place = at < count ? index < asOf : index > asOf
    demand(index > last && place, `entry number ${at + 1} stands at another place`)
    previous = text(leafHash(line))
    last = index
    demand(at + 1 !== count || previous === head, `entry number ${count} is not the one sealed`)
  })
  return [count, proof.entries.length - count, asOf].join()
}
