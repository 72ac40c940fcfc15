// What a receipt keeps of the day (`offline`): who issued what was shown, who showed it, and for which request.
// Not checked here: who was trusted on that day (`trust_list`), and how each certificate stood (`status_tokens`).
import { X509Certificate, createPublicKey, verify } from 'node:crypto'
import { canonical, demand, jwsPayload, octets, sha256, text } from './basics.mjs'
import { embedded, read, write, Written } from './cbor.mjs'

const fromJwk = (jwk) => createPublicKey({ key: jwk, format: 'jwk' })
const certified = (der) => new X509Certificate(der).publicKey
const header = (token) => JSON.parse(octets(token.split('.')[0]))
const byChain = (token) => jwsPayload(token, certified(Buffer.from(header(token).x5c[0], 'base64')))
const signedPart = (token) => token.slice(0, token.lastIndexOf('.'))

function digestsIn(value) {
  if (value === null || typeof value !== 'object') return []
  const entries = Array.isArray(value) ? value.map((each) => ['', each]) : Object.entries(value)
  return entries.flatMap(([name, inside]) => (name === '_sd' || name === '...' ? [inside].flat() : digestsIn(inside)))
}

// RFC 9901: a key binding says for whom, for which nonce and over which presentation it was signed.
function sdJwt({ holder_part: kb, issuer_part: issuer }, request) {
  const issued = byChain(issuer)
  const { aud, nonce, sd_hash } = jwsPayload(kb, fromJwk(issued.cnf.jwk))
  demand(aud === request.client_id && nonce === request.nonce, 'bound to another request')
  return { signed: signedPart(kb), digest: sd_hash, digests: digestsIn(issued) }
}

function checkSigned([protectedHeader, , , signature], payload, key) {
  const signed = write(['Signature1', protectedHeader, Buffer.alloc(0), payload])
  demand(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature), 'not signed by this key')
  return signed
}

// OpenID4VP 1.0 B.2.6.1, for an answer posted in encrypted form.
function transcript({ client_id, nonce, response_uri, client_metadata }) {
  const { crv, kty, x, y } = client_metadata.jwks.keys[0]
  const info = write([client_id, nonce, sha256(canonical({ crv, kty, x, y })), response_uri])
  return new Written(write([null, null, ['OpenID4VPHandover', sha256(info)]]))
}

// ISO/IEC 18013-5 section 9.1.3.4: what was signed is made again from the request.
function mdoc({ holder_part: holder, issuer_part: issuer, disclosed_digests: shown }, request) {
  const issuerAuth = read(octets(issuer)).get('issuerAuth')
  const [protectedHeader, unprotected, payload] = issuerAuth
  checkSigned(issuerAuth, payload, certified([unprotected.get(33)].flat()[0]))
  const mso = read(read(payload).content)
  demand(mso.get('digestAlgorithm') === 'SHA-256', 'another hash function')
  const document = read(octets(holder))
  demand(document.get('docType') === mso.get('docType'), 'signed for another type')
  const device = document.get('deviceSigned')
  const namespaces = device.get('nameSpaces')
  demand(namespaces.content.equals(Buffer.of(0xa0)), "elements of the holder's own")
  const authentication = ['DeviceAuthentication', transcript(request), mso.get('docType'), new Written(namespaces.octets)]
  const cose = mso.get('deviceKeyInfo').get('deviceKey')
  const key = fromJwk({ kty: 'EC', crv: 'P-256', x: text(cose.get(-2)), y: text(cose.get(-3)) })
  return {
    signed: checkSigned(device.get('deviceAuth').get('deviceSignature'), embedded(write(authentication)), key),
    digest: text(sha256(write([protectedHeader, payload, [...shown].sort()]))),
    digests: [...mso.get('valueDigests').values()].flatMap((space) => [...space.values()].map(text)),
  }
}

const FORMATS = { 'dc+sd-jwt': sdJwt, mso_mdoc: mdoc }

function presentations({ presentations: named, kb_jwts, issuer_jwts, disclosed_digests }) {
  const unnamed = (holder_part, at) => {
    const [issuer_part, digests] = [issuer_jwts[at], disclosed_digests[at]]
    return { format: 'dc+sd-jwt', holder_part, issuer_part, disclosed_digests: digests }
  }
  return named ?? kb_jwts.map(unnamed)
}

const together = (hashes) => (hashes.length === 1 ? hashes[0] : sha256(...hashes))

// The hashes that the record must name: of what was signed, and of what was disclosed.
export function shownOn({ offline, disclosure_salt: encoded }) {
  const salt = octets(encoded, 32)
  const request = byChain(offline.request_object)
  const all = presentations(offline)
  const proven = all.map((each) => FORMATS[each.format](each, request))
  proven.forEach(({ digests }, at) => {
    demand(all[at].disclosed_digests.every((digest) => digests.includes(digest)), 'a digest nobody signed')
  })
  const digests = all.flatMap((each) => each.disclosed_digests.map((digest) => octets(digest, 32)))
  const signed = together(proven.map((each) => sha256(each.signed)))
  const stands = together(proven.map((each) => octets(each.digest, 32)))
  return {
    nonce: request.nonce,
    request_sha256: text(sha256(signedPart(offline.request_object))),
    kb_sha256: text(sha256('mydata-key-binding-v1', salt, signed)),
    disclosure_commitment: text(sha256('mydata-disclosure-v1', salt, stands, ...digests.sort(Buffer.compare))),
  }
}
