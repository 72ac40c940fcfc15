// node docs/vectors/check.mjs [FOLDER]: the vectors of our own formats, from the text of docs/ledger.md alone.
// Prints one line of JSON; exits with 1 when a vector does not hold.
import { X509Certificate, createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { canonical, demand, hmac, jwsPayload, leafHash, octets, provenIndex, sha256, text } from './basics.mjs'
import { checkComplete } from './complete.mjs'
import { readCode } from './shown-code.mjs'
import { shownOn } from './shown.mjs'
import { fold } from './states.mjs'
import { readTerms } from './terms.mjs'

const folder = process.argv[2] ?? dirname(fileURLToPath(import.meta.url))
const vector = (name) => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))

let count = 0
function same(got, expected, what) {
  count += 1
  demand(got === expected, `${what}: ${expected} was expected, got ${got}`)
}

function refuses(cases, read) {
  for (const one of cases) {
    let accepted = true
    try {
      read(one)
    } catch {
      accepted = false
    }
    same(accepted, false, `accepted: ${one.why}`)
  }
}

const TYPES = {
  consent_given: 'consent',
  consent_refused: 'refused',
  consent_withdrawn: 'withdrawn',
  deletion_requested: 'deletion_requested',
  shared_about_another: 'about',
  consent_used: 'used',
  consent_used_late: 'used_late',
  withdrawal_acknowledged: 'acknowledged',
  erasure_completed: 'erased',
  retained_by_law: 'retained',
  over_asked: 'over_asked',
  consent_expired: 'expired',
  duty_overdue: 'overdue',
  looked_up: 'audited',
  code_reused: 'reused',
}
const LOG_TYPES = [...Object.values(TYPES), 'shredded', 'map', 'rotated', 'frozen']

function readLeaf(line) {
  const { commitment, label, number, previous, type } = JSON.parse(line)
  for (const hash of [commitment, label, previous ?? label]) octets(hash, 32)
  const leaf = { commitment, label, number, previous, type, v: 1 }
  const chained = (number === 1) === (previous === null)
  demand(Number.isInteger(number) && number > 0 && chained && LOG_TYPES.includes(type), 'not a leaf')
  demand(canonical(leaf) === line, 'another spelling')
  return leaf
}

function checkLeaves({ labels, leaves, refused }) {
  for (const { of, party_id: party, origin, label } of labels) {
    const hash = of === 'log' ? sha256('mydata-log-label-v1', origin) : sha256('mydata-party-label-v1', `${party}\0${origin}`)
    same(text(hash), label, `label of the ${of}`)
  }
  for (const one of leaves) {
    const leaf = readLeaf(one.text)
    same(leafHash(one.text).toString('hex'), one.hash, 'leaf hash')
    same(`${leaf.type} ${leaf.number}`, `${one.type} ${one.number}`, 'leaf')
  }
  refuses(refused, (one) => readLeaf(one.text))
}

function checkSubmission({ holder_secret: secret, pairs, entry, payload, reading, erasure }) {
  for (const { party_id, year, label, mac_key } of pairs) {
    const whom = `${party_id}\0${year}`
    same(text(hmac(octets(secret, 32), 'mydata-label-v1', whom)), label, 'label')
    same(text(hmac(octets(secret, 32), 'mydata-mac-key-v1', whom)), mac_key, 'MAC key')
  }
  const { type, label, commitment, key, mac } = entry
  const message = ['mydata-entry-v1', octets(label, 32), octets(commitment, 32), `${type}\0${key}`]
  same(text(hmac(octets(pairs[0].mac_key, 32), ...message)), mac, 'MAC')
  for (const name of ['type', 'label', 'commitment', 'key', 'mac']) same(payload[name], entry[name], name)
  const asked = (context, last) => hmac(octets(pairs[0].mac_key, 32), context, octets(pairs[0].label, 32), last)
  same(text(asked('mydata-reading-v1', `${reading.iat}\0${reading.first}`)), reading.mac, 'MAC of a reading')
  same(text(asked('mydata-erasure-v1', `${erasure.iat}\0${erasure.consent_id}`)), erasure.mac, 'MAC of an erasure')
  const { record, salt, terms } = payload.deposit
  same(commitmentOf(record, salt), payload.commitment, 'what the deposit opens')
  same(text(sha256(canonical(terms))), record.evidence.terms_sha256, 'terms of the deposit')
}

const nonceOf = (terms, random) => text(sha256('mydata-terms-v1', octets(random, 32), sha256(canonical(terms))))
const commitmentOf = (record, salt) => text(sha256('mydata-record-v1', octets(salt, 32), sha256(canonical(record))))

function checkTerms({ valid, refused }) {
  for (const { terms, canonical: spelled, sha256: hash, random, nonce } of valid) {
    same(canonical(readTerms(terms)), spelled, 'canonical terms')
    same(sha256(spelled).toString('hex'), hash, 'hash of the terms')
    same(nonceOf(terms, random), nonce, 'nonce')
  }
  refuses(refused, (one) => readTerms(one.terms))
}

const keyBindingOf = (salt, hash) => text(sha256('mydata-key-binding-v1', octets(salt, 32), octets(hash, 32)))

function checkRecord({ record, canonical: spelled, salt, commitment, disclosure, key_binding: kb }) {
  same(canonical(record), spelled, 'canonical record')
  same(commitmentOf(record, salt), commitment, 'commitment')
  const shown = [octets(disclosure.salt, 32), octets(disclosure.sd_hash, 32)]
  const digests = disclosure.digests.map((digest) => octets(digest, 32)).sort(Buffer.compare)
  const hash = sha256('mydata-disclosure-v1', ...shown, ...digests)
  same(text(hash), disclosure.commitment, 'disclosure commitment')
  same(disclosure.commitment, record.evidence.disclosure_commitment, 'disclosure in the record')
  same(keyBindingOf(kb.salt, kb.sha256), kb.commitment, 'key binding')
  same(kb.commitment, record.evidence.kb_sha256, 'key binding in the record')
}

const thumbprint = ({ kty, crv, x, y }) => text(sha256(canonical({ kty, crv, x, y })))

function checkReceipt(receipt, vkey) {
  const { record, record_salt: salt, terms, evidence = record.evidence } = receipt
  const leaf = readLeaf(octets(receipt.leaf).toString())
  same(provenIndex(octets(receipt.leaf), receipt.proof, vkey) >= 0, true, 'proof')
  same(commitmentOf(record, salt), leaf.commitment, 'commitment in the log')
  same(record.pii_principal_id, leaf.label, 'label in the log')
  same(TYPES[record.event_state], leaf.type, 'type in the log')
  if (terms) same(text(sha256(canonical(readTerms(terms)))), evidence.terms_sha256, 'terms in the record')
  const body = text(sha256(canonical({ record, terms })))
  const header = (token) => JSON.parse(octets(token.split('.')[0]))
  if (receipt.holder_signature) {
    const { jwk } = header(receipt.holder_signature)
    const signed = jwsPayload(receipt.holder_signature, createPublicKey({ key: jwk, format: 'jwk' }))
    same(thumbprint(jwk), evidence.pair_key, "the pair's key")
    same(canonical(signed), canonical({ body_sha256: body, record_commitment: leaf.commitment }), 'signed')
  }
  if (receipt.countersignature) {
    const [certificate] = header(receipt.countersignature).x5c
    const key = new X509Certificate(Buffer.from(certificate, 'base64')).publicKey
    const { body_sha256, record_commitment, request_sha256, kb_sha256 } = jwsPayload(receipt.countersignature, key)
    same(body_sha256, body, 'countersigned')
    same(record_commitment, leaf.commitment, 'entry countersigned')
    same(request_sha256, evidence.request_sha256, 'request countersigned')
    same(keyBindingOf(receipt.disclosure_salt, kb_sha256), evidence.kb_sha256, 'key binding countersigned')
  }
}

function checkShown(receipt) {
  const { nonce, ...hashes } = shownOn(receipt)
  const { evidence } = receipt.record
  for (const [name, hash] of Object.entries(hashes)) same(hash, evidence[name], `${name} of what was shown`)
  same(nonce, nonceOf(receipt.terms, evidence.random), 'nonce that was answered')
}

function checkReceipts({ vkey, receipts }) {
  for (const receipt of receipts) {
    checkReceipt(receipt, vkey)
    if (receipt.offline) checkShown(receipt)
    const wrong = { ...receipt, record_salt: text(Buffer.alloc(32)) }
    refuses([{ why: 'another salt', ...wrong }], () => checkReceipt(wrong, vkey))
  }
}

// Receipts of the first release: the same proof in members of its own, and the same commitment.
function checkFirstReceipts({ vkey, receipts }) {
  for (const { record, record_salt: salt, terms, log } of receipts) {
    const leaf = readLeaf(octets(log.leaf).toString())
    const path = log.inclusion_proof.map((hash) => `${octets(hash, 32).toString('base64')}\n`).join('')
    const proof = `c2sp.org/tlog-proof@v1\nindex ${log.index}\n${path}\n${log.checkpoint}`
    same(provenIndex(octets(log.leaf), proof, vkey), log.index, 'proof of a first receipt')
    same(commitmentOf(record, salt), leaf.commitment, 'commitment of a first receipt')
    same(record.pii_principal_id, leaf.label, 'label of a first receipt')
    const hash = record.evidence.terms_sha256
    if (terms) same(text(sha256(canonical(terms))), hash, 'terms of a first receipt')
  }
}

function checkCompleteness({ vkey, origin, log_label, cases, refused }) {
  same(text(sha256('mydata-log-label-v1', origin)), log_label, "the log's own label")
  const found = ({ label, proof }) => checkComplete(proof, label, { vkey, origin }, readLeaf)
  for (const one of cases) same(found(one), [one.entries, one.newer, one.as_of].join(), 'complete')
  refuses(refused, found)
}

function checkShownCode({ code, dictionary, x5c, nonce, request_sha256, refused, ...parts }) {
  const found = readCode(code, dictionary, x5c)
  for (const name of ['held', 'issued', 'values', 'presentation']) same(found[name], parts[name], name)
  same(sha256(`urn:mydata:offline\n${nonce}`).toString('hex'), request_sha256, 'request')
  const cases = Object.entries(refused).map(([why, wrong]) => ({ why, wrong }))
  refuses(cases, ({ wrong }) => readCode(wrong, dictionary, x5c))
}

function checkStates({ cases }) {
  for (const { why, events, terms, at, standing } of cases) {
    same(canonical(fold(events, terms, at)), canonical(standing), why)
  }
}

const CHECKS = {
  states: checkStates,
  completeness: checkCompleteness,
  'shown-code': checkShownCode,
  leaf: checkLeaves,
  submission: checkSubmission,
  terms: checkTerms,
  record: checkRecord,
  receipt: checkReceipts,
  'receipt-3': checkReceipts,
  'receipt-1': checkFirstReceipts,
}

try {
  for (const [name, check] of Object.entries(CHECKS)) check(vector(name))
  console.log(JSON.stringify({ ok: true, count }))
} catch (error) {
  console.log(JSON.stringify({ ok: false, reason: error.message }))
  process.exitCode = 1
}
