// What the packages leave to their user: hashing, signing, X.509 chains, encryption.

import { createHash, randomBytes, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as jose from 'jose'

const privateKeys = new Map()

/** Make a P-256 key pair; returns the public JWK, the private part stays in this process. */
export async function makeKey(alg = 'ES256') {
  const { publicKey, privateKey } = await jose.generateKeyPair(alg, { crv: 'P-256', extractable: true })
  const publicJwk = await jose.exportJWK(publicKey)
  privateKeys.set(await jose.calculateJwkThumbprint(publicJwk), privateKey)
  return publicJwk
}

/** Load a PEM private key (PKCS#8); returns its public JWK. */
export async function loadKey(file) {
  const privateKey = await jose.importPKCS8(readFileSync(file, 'utf8'), 'ES256', { extractable: true })
  const { d: _private, ...publicJwk } = await jose.exportJWK(privateKey)
  privateKeys.set(await jose.calculateJwkThumbprint(publicJwk), privateKey)
  return publicJwk
}

export const privateKeyOf = async (publicJwk) => privateKeys.get(await jose.calculateJwkThumbprint(publicJwk))

/** Keep a holder key between two runs of the wallet. */
export const exportPrivate = async (publicJwk) => jose.exportJWK(await privateKeyOf(publicJwk))
export async function importPrivate(jwk) {
  const { d: _private, ...publicJwk } = jwk
  privateKeys.set(await jose.calculateJwkThumbprint(publicJwk), await jose.importJWK(jwk, 'ES256'))
  return publicJwk
}

const certificatesOf = (pem) =>
  pem.split(/(?=-----BEGIN CERTIFICATE-----)/).filter((part) => part.includes('BEGIN')).map((part) => new X509Certificate(part))

export const readCertificates = (file) => certificatesOf(readFileSync(file, 'utf8'))
export const x5cOf = (certificates) => certificates.map((certificate) => certificate.raw.toString('base64'))

/** Return the leaf's public JWK of a chain that ends under one of the roots, or throw. */
export async function leafKey(x5c, roots, now = new Date()) {
  const chain = x5c.map((text) => new X509Certificate(Buffer.from(text, 'base64')))
  const links = [...chain]
  const root = roots.find((candidate) => chain.at(-1).checkIssued(candidate) && chain.at(-1).verify(candidate.publicKey))
  if (!root) throw new Error('the chain ends under no trusted root')
  links.push(root)
  for (let i = 0; i + 1 < links.length; i += 1) {
    if (!links[i].verify(links[i + 1].publicKey)) throw new Error('a link of the chain is not signed by the next')
    if (now < new Date(links[i].validFrom) || now > new Date(links[i].validTo)) throw new Error('a certificate is out of date')
  }
  return chain[0].publicKey.export({ format: 'jwk' })
}

export const hash = (data, alg) =>
  new Uint8Array(createHash(alg.toLowerCase().replace('-', '')).update(typeof data === 'string' ? data : Buffer.from(data)).digest())

export async function verifySignature(data, signature, jwk) {
  const key = await jose.importJWK({ ...jwk, alg: undefined }, 'ES256')
  const result = await jose.compactVerify(`${data}.${signature}`, key, { algorithms: ['ES256'] }).catch(() => undefined)
  return result !== undefined
}

export async function signatureOf(data, publicJwk) {
  const { subtle } = globalThis.crypto
  const octets = await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, await privateKeyOf(publicJwk), new TextEncoder().encode(data))
  return Buffer.from(octets).toString('base64url')
}

/** The callbacks of @openid4vc/oauth2; `roots` are trusted for signed request objects. */
export const callbacks = ({ roots = [], signingKey } = {}) => ({
  fetch,
  hash,
  generateRandom: (length) => new Uint8Array(randomBytes(length)),
  clientAuthentication: () => {},
  signJwt: async (signer, { header, payload }) => {
    const signerJwk = signer.publicJwk ?? signingKey
    const jwt = await new jose.CompactSign(Buffer.from(JSON.stringify(payload)))
      .setProtectedHeader(header)
      .sign(await privateKeyOf(signerJwk))
    return { jwt, signerJwk }
  },
  verifyJwt: async (signer, { compact }) => {
    const signerJwk = signer.method === 'x5c' ? await leafKey(signer.x5c, roots) : signer.publicJwk
    const [header, payload, signature] = compact.split('.')
    const verified = await verifySignature(`${header}.${payload}`, signature, signerJwk)
    return { verified, signerJwk }
  },
  encryptJwe: async (encryptor, data) => {
    const jwe = await new jose.CompactEncrypt(Buffer.from(data))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: encryptor.enc, kid: encryptor.publicJwk.kid })
      .encrypt(await jose.importJWK(encryptor.publicJwk, 'ECDH-ES'))
    return { jwe, encryptionJwk: encryptor.publicJwk }
  },
  decryptJwe: async (jwe, options) => {
    const { plaintext } = await jose.compactDecrypt(jwe, await privateKeyOf(options.jwk))
    return { decrypted: true, decryptionJwk: options.jwk, payload: Buffer.from(plaintext).toString('utf8') }
  },
  getX509CertificateMetadata: (certificate) => {
    const names = (new X509Certificate(Buffer.from(certificate, 'base64')).subjectAltName ?? '').split(', ')
    const of = (prefix) => names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
    return { sanDnsNames: of('DNS:'), sanUriNames: of('URI:') }
  },
})
