// What every check needs: hashes, base64url, canonical JSON, and the proof that an entry is in the log.
import { createHash, createHmac, createPublicKey, verify } from 'node:crypto'

const update = (hash, parts) => parts.reduce((all, part) => all.update(part), hash).digest()
export const sha256 = (...parts) => update(createHash('sha256'), parts)
export const hmac = (key, ...parts) => update(createHmac('sha256', key), parts)
export const text = (octets) => octets.toString('base64url')

export function demand(condition, reason) {
  if (!condition) throw new Error(reason)
}

// Base64url without padding has one spelling.
export function octets(encoded, size) {
  const found = Buffer.from(encoded, 'base64url')
  demand(text(found) === encoded && (!size || found.length === size), 'not base64url of this size')
  return found
}

// RFC 8785: names by UTF-16 code units, numbers and strings as ECMAScript writes them.
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`
}

export const leafHash = (line) => sha256(Buffer.of(0), line)

// RFC 6962 section 2.1.1: the subtrees an entry's path passes by tell on which side each hash is.
export function rootOf(hash, index, size, path) {
  let [start, end, sides] = [0, size, []]
  while (end - start > 1) {
    let half = 1
    while (half * 2 < end - start) half *= 2
    const isLeft = index < start + half
    sides.unshift(isLeft)
    if (isLeft) end = start + half
    else start += half
  }
  demand(sides.length === path.length && index < size, 'a path of another length')
  const join = (node, at) => (sides[at] ? [node, path[at]] : [path[at], node])
  return sides.reduce((node, _, at) => sha256(Buffer.of(1), ...join(node, at)), hash)
}

// C2SP tlog-proof with a checkpoint (signed-note) by the log: the index, or an error.
export function provenIndex(leaf, proof, vkey) {
  const [, name, id, material] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey)
  const key = Buffer.from(material, 'base64')
  const [, index, hashes, note, signatures] =
    /^c2sp\.org\/tlog-proof@v1\nindex (\d+)\n((?:.{44}\n)*)\n((?:.+\n)+)\n((?:\u2014 .+\n)+)$/.exec(proof)
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: text(key.subarray(1)) }
  const signed = signatures.split('\n').some((line) => {
    const [, signer, blob] = line.split(' ')
    const signature = Buffer.from(blob ?? '', 'base64')
    if (signer !== name || signature.subarray(0, 4).toString('hex') !== id) return false
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
    return verify(null, Buffer.from(note), publicKey, signature.subarray(4))
  })
  const [origin, size, root] = note.split('\n')
  demand(signed && origin === name, 'not signed by the log')
  const path = hashes.split('\n').filter(Boolean).map((line) => Buffer.from(line, 'base64'))
  const found = rootOf(leafHash(leaf), Number(index), Number(size), path)
  demand(found.toString('base64') === root, 'the path does not lead to the signed root')
  return Number(index)
}

// A JWS by a key that its header shows (jwk) or certifies (x5c): its payload, or an error.
export function jwsPayload(token, key) {
  const [header, payload, signature] = token.split('.')
  const signed = Buffer.from(`${header}.${payload}`)
  demand(
    verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, octets(signature, 64)),
    'the signature is not of this token',
  )
  return JSON.parse(octets(payload))
}
