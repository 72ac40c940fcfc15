// Notes, checkpoints and cosignatures (C2SP signed-note, tlog-checkpoint, tlog-cosignature).
import { createHash, createPublicKey, verify } from 'node:crypto'

const NEWLINE = 0x0a
const UTF8 = new TextDecoder('utf-8', { fatal: true })

export class Refused extends Error {}

export function demand(condition, reason) {
  if (!condition) throw new Refused(reason)
}

export function base64(text, what) {
  const octets = Buffer.from(text, 'base64')
  demand(octets.toString('base64') === text, `${what}: not base64 in its one spelling`)
  return octets
}

function isKeyName(name) {
  return name.length > 0 && !/[\s+\u0085]/u.test(name)
}

// A vkey: name, four octets of id in hexadecimal, and base64 of the type and the public key.
export function readKey(text) {
  const line = text.replace(/\n$/, '')
  const first = line.indexOf('+')
  const second = line.indexOf('+', first + 1)
  demand(first > 0 && second > 0, 'vkey: three parts were expected')
  const name = line.slice(0, first)
  const material = base64(line.slice(second + 1), 'vkey')
  demand(isKeyName(name), 'vkey: not a key name')
  const id = createHash('sha256').update(`${name}\n`).update(material).digest().subarray(0, 4)
  demand(id.toString('hex') === line.slice(first + 1, second), 'vkey: the id is of another key')
  const type = material[0]
  demand((type === 0x01 || type === 0x04) && material.length === 33, 'vkey: type 1 or 4 expected')
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: material.subarray(1).toString('base64url') }
  return { name, id, type, key: createPublicKey({ key: jwk, format: 'jwk' }) }
}

// The text before the last empty line, and the signature lines after it.
export function readNote(octets) {
  let string
  try {
    string = UTF8.decode(octets)
  } catch {
    throw new Refused('note: not UTF-8')
  }
  demand(!/[\u0000-\u0009\u000b-\u001f]/.test(string), 'note: a control character')
  demand(octets.at(-1) === NEWLINE, 'note: ends without a newline')
  const split = octets.lastIndexOf('\n\n')
  demand(split > 0, 'note: no empty line')
  const text = octets.subarray(0, split + 1)
  const lines = octets.subarray(split + 2, -1).toString().split('\n')
  demand(lines.length <= 100, 'note: too many signatures')
  const signatures = lines.map((line) => {
    const parts = line.split(' ')
    demand(parts.length === 3 && parts[0] === '\u2014', 'note: not a signature line')
    demand(isKeyName(parts[1]), 'note: not a key name')
    const blob = base64(parts[2], 'note: signature')
    demand(blob.length > 4, 'note: a signature of nothing')
    return { name: parts[1], id: blob.subarray(0, 4), octets: blob.subarray(4) }
  })
  return { text, signatures }
}

// Which of the known keys signed; a known key whose line does not verify refuses the whole note.
export function signers(note, keys) {
  const found = []
  for (const key of keys) {
    const own = note.signatures.filter((one) => one.name === key.name && one.id.equals(key.id))
    for (const one of own) {
      const time = key.type === 0x04 ? cosigned(note, key, one.octets) : plain(note, key, one.octets)
      found.push({ name: key.name, time })
    }
  }
  return found
}

function plain(note, key, signature) {
  demand(verify(null, note.text, key.key, signature), `${key.name}: the signature is not of this`)
  return null
}

// timestamped_signature: a u64, then the signature over two header lines and the note's text.
function cosigned(note, key, octets) {
  demand(octets.length === 72, `${key.name}: a time and a signature were expected`)
  const time = octets.readBigUInt64BE(0)
  demand(time > 0n && time < 1n << 63n, `${key.name}: no possible time`)
  const message = Buffer.concat([Buffer.from(`cosignature/v1\ntime ${time}\n`), note.text])
  demand(
    verify(null, message, key.key, octets.subarray(8)),
    `${key.name}: the cosignature is not of this`,
  )
  return Number(time)
}

export function decimal(text, what) {
  demand(/^(0|[1-9][0-9]{0,18})$/.test(text), `${what}: not a decimal number`)
  return BigInt(text)
}

// A log's keys, the newest first: it has changed them, and what each signed still counts.
export function readLogKeys(text) {
  const keys = text.replace(/\n$/, '').split('\n').map(readKey)
  demand(keys.every((key) => key.name === keys[0].name), 'vkey: the keys of one log have one name')
  return keys
}

// A checkpoint that the log signed, with the witnesses that cosigned it.
export function openCheckpoint(octets, logKeys, witnesses) {
  const note = readNote(octets)
  demand(signers(note, logKeys).length > 0, 'checkpoint: not signed by the log')
  const lines = note.text.toString().split('\n')
  demand(lines.length >= 4 && lines.at(-1) === '', 'checkpoint: three lines were expected')
  demand(lines.slice(0, -1).every((line) => line !== ''), 'checkpoint: an empty line')
  demand(lines[0] === logKeys[0].name, 'checkpoint: of another log')
  const root = base64(lines[2], 'checkpoint: root')
  demand(root.length === 32, 'checkpoint: the root is no SHA-256 hash')
  const size = decimal(lines[1], 'checkpoint: size')
  return { origin: lines[0], size, root, cosigned: signers(note, witnesses) }
}
