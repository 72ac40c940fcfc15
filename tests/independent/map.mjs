// Replays the prefix map from a log's entries, by docs/ledger.md, "Complete for me": every seal must
// be the root over the labels before it.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { leafHash } from './merkle.mjs'
import { demand } from './note.mjs'
import { splitEntries, tilePath, tiles } from './log.mjs'

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()
const bit = (label, depth) => (label[depth >> 3] >> (7 - (depth & 7))) & 1

function endHash(label, { number, hash }) {
  const count = Buffer.alloc(8)
  count.writeBigUInt64BE(BigInt(number))
  return sha256(Buffer.of(0), label, count, hash)
}

// One root for a set of labels, given in their order; the first bit that differs splits them.
function rootOver(ends, start, end) {
  if (end === start) return sha256()
  const [first, last] = [ends[start].label, ends[end - 1].label]
  if (end - start === 1) return endHash(first, ends[start])
  let depth = 0
  while (bit(first, depth) === bit(last, depth)) depth += 1
  let middle = start
  while (bit(ends[middle].label, depth) === 0) middle += 1
  const sides = [rootOver(ends, start, middle), rootOver(ends, middle, end)]
  return sha256(Buffer.of(1, depth >> 8, depth & 255), ...sides)
}

export function checkMap(folder, size, origin) {
  const own = sha256('mydata-log-label-v1', origin).toString('base64url')
  const ends = new Map()
  let seals = 0
  for (const { index, width } of tiles(size)) {
    const path = tilePath('entries', index, width)
    splitEntries(readFileSync(join(folder, path)), width, path).forEach((entry, at) => {
      const { label, number, type, commitment } = JSON.parse(entry)
      if (label !== own) {
        ends.set(label, { label: Buffer.from(label, 'base64url'), number, hash: leafHash(entry) })
      } else if (type === 'map') {
        const ordered = [...ends.values()].sort((one, other) => Buffer.compare(one.label, other.label))
        const root = rootOver(ordered, 0, ordered.length).toString('base64url')
        demand(root === commitment, `entry ${index * 256 + at}: seals another map`)
        seals += 1
      }
    })
  }
  return seals
}
