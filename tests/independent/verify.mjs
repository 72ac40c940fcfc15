// node verify.mjs log DIR … | map DIR … | proof PROOF ENTRY … (README.md)
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { checkLog } from './log.mjs'
import { checkMap } from './map.mjs'
import { checkInclusion, leafHash } from './merkle.mjs'
import { Refused, demand, openCheckpoint, readKey, readLogKeys } from './note.mjs'
import { readProof } from './proof.mjs'

function checkProof(proofFile, entryFile, logKeys, witnesses) {
  const proof = readProof(readFileSync(proofFile))
  const { size, root, cosigned } = openCheckpoint(proof.checkpoint, logKeys, witnesses)
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
  const logKeys = readLogKeys(readFileSync(values.log, 'utf8'))
  const witnesses = values.witness.map((file) => readKey(readFileSync(file, 'utf8')))
  const [what, ...files] = positionals
  if (what === 'proof') return checkProof(...files, logKeys, witnesses)
  demand(what === 'log' || what === 'map', 'log, map or proof was expected')
  const log = checkLog(files[0], logKeys, witnesses, values.since && readFileSync(values.since))
  return what === 'log' ? log : { ...log, seals: checkMap(files[0], log.size, logKeys[0].name) }
}

try {
  console.log(JSON.stringify({ ok: true, ...main() }))
} catch (error) {
  if (!(error instanceof Refused)) throw error
  console.log(JSON.stringify({ ok: false, reason: error.message }))
  process.exitCode = 1
}
