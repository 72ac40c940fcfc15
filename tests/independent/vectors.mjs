// node vectors.mjs TLOG_JSON: the vectors of the C2SP forms, by this verifier.
import { readFileSync } from 'node:fs'
import { checkConsistency, checkInclusion, leafHash } from './merkle.mjs'
import { Refused, base64, demand, openCheckpoint, readKey } from './note.mjs'
import { checkPolicy, readPolicy } from './policy.mjs'
import { readProof } from './proof.mjs'

const vectors = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const log = [readKey(vectors.log)]
// ML-DSA-44 (type 6) is not in Node 20: to this reader such a witness is unknown.
const witnesses = vectors.witnesses
  .filter((line) => Buffer.from(line.split('+').slice(2).join('+'), 'base64')[0] === 4)
  .map(readKey)

function refused(why, action) {
  try {
    action()
  } catch (error) {
    if (error instanceof Refused) return
    throw error
  }
  throw new Refused(`accepted: ${why}`)
}

function proof({ text, entry }) {
  const read = readProof(Buffer.from(text))
  const { size, root } = openCheckpoint(read.checkpoint, log, witnesses)
  checkInclusion(leafHash(Buffer.from(entry)), read.index, size, read.path, root)
}

let count = 0
const each = (cases, check) => cases.forEach((one) => { check(one); count += 1 })
const same = (one, other, what) => demand(JSON.stringify(one) === JSON.stringify(other), what)

each(vectors.checkpoints, ({ note, size, root, cosigned }) => {
  const opened = openCheckpoint(Buffer.from(note), log, witnesses)
  const known = cosigned.filter(({ name }) => witnesses.some((key) => key.name === name))
  same([size, root, known], [Number(opened.size), opened.root.toString('hex'), opened.cosigned], note)
})
each(vectors.refused_checkpoints.filter((one) => !one.allowed_by_c2sp), ({ why, note }) =>
  refused(why, () => openCheckpoint(Buffer.from(note), log, witnesses)))
each(vectors.proofs, proof)
each(vectors.refused_proofs, (one) => refused(one.why, () => proof(one)))
each(vectors.consistency, ({ first, second, first_root, path }) => {
  const root = Buffer.from(vectors.checkpoints[0].root, 'hex')
  const steps = path.map((line) => base64(line, 'path'))
  checkConsistency(BigInt(first), BigInt(second), steps, Buffer.from(first_root, 'hex'), root)
})
each(vectors.policies, ({ policy, checkpoint, absent, witnesses: names, groups }) => {
  const check = () => checkPolicy(readPolicy(policy), Buffer.from(checkpoint))
  if (absent) refused('no quorum', check)
  else same(check(), [...names, ...groups], policy)
})
each(vectors.refused_policies, ({ why, policy }) => refused(why, () => readPolicy(policy)))
console.log(JSON.stringify({ ok: true, count }))
