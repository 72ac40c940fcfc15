// node verify.mjs log DIR … | node verify.mjs proof PROOF ENTRY … (README.md)
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { checkLog } from './log.mjs'
import { checkInclusion, leafHash } from './merkle.mjs'
import { Refused, base64, decimal, demand, openCheckpoint, readKey } from './note.mjs'

// tlog-proof: a header, optional opaque data, the index, the path, an empty line, the checkpoint.
function readProof(octets) {
  const split = octets.indexOf('\n\n')
  demand(split > 0, 'proof: no empty line')
  const lines = octets.subarray(0, split).toString().split('\n')
  demand(lines.shift() === 'c2sp.org/tlog-proof@v1', 'proof: another header')
  if (lines[0]?.startsWith('extra ')) base64(lines.shift().slice(6), 'proof: extra')
  demand(lines[0]?.startsWith('index '), 'proof: no index')
  const index = decimal(lines.shift().slice(6), 'proof: index')
  const path = lines.map((line) => base64(line, 'proof: hash'))
  demand(path.every((hash) => hash.length === 32), 'proof: a hash has 32 octets')
  return { index, path, checkpoint: octets.subarray(split + 2) }
}

function checkProof(proofFile, entryFile, logKey, witnesses) {
  const proof = readProof(readFileSync(proofFile))
  const { size, root, cosigned } = openCheckpoint(proof.checkpoint, logKey, witnesses)
  checkInclusion(leafHash(readFileSync(entryFile)), proof.index, size, proof.path, root)
  return { index: Number(proof.index), size: Number(size), cosigned }
}

function main() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      log: { type: 'string' },
      witness: { type: 'string', multiple: true, default: [] },
      since: { type: 'string' },
    },
  })
  const logKey = readKey(readFileSync(values.log, 'utf8'))
  const witnesses = values.witness.map((file) => readKey(readFileSync(file, 'utf8')))
  const [what, ...files] = positionals
  if (what === 'proof') return checkProof(...files, logKey, witnesses)
  demand(what === 'log', 'log or proof was expected')
  return checkLog(files[0], logKey, witnesses, values.since && readFileSync(values.since))
}

try {
  console.log(JSON.stringify({ ok: true, ...main() }))
} catch (error) {
  if (!(error instanceof Refused)) throw error
  console.log(JSON.stringify({ ok: false, reason: error.message }))
  process.exitCode = 1
}
