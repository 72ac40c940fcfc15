// tlog-proof: a header, optional opaque data, the index, the path, an empty line, the checkpoint.
import { base64, decimal, demand } from './note.mjs'

export function readProof(octets) {
  const split = octets.indexOf('\n\n')
  demand(split > 0, 'proof: no empty line')
  const lines = octets.subarray(0, split).toString().split('\n')
  demand(lines.shift() === 'c2sp.org/tlog-proof@v1', 'proof: another header')
  if (lines[0]?.startsWith('extra ')) {
    const extra = base64(lines.shift().slice(6), 'proof: extra')
    demand(extra.length > 0, 'proof: without extra data the line is left out')
  }
  demand(lines[0]?.startsWith('index '), 'proof: no index')
  const index = decimal(lines.shift().slice(6), 'proof: index')
  const path = lines.map((line) => base64(line, 'proof: hash'))
  demand(path.every((hash) => hash.length === 32), 'proof: a hash has 32 octets')
  return { index, path, checkpoint: octets.subarray(split + 2) }
}
