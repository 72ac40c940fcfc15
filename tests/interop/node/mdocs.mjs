// Another maker's issuer, holder and verifier of mdocs: @owf/mdoc, with Node's cryptography.

import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify, X509Certificate } from 'node:crypto'
import * as mdoc from '@owf/mdoc'
import { calculateJwkThumbprint } from 'jose'

const octets = (text) => new Uint8Array(Buffer.from(text, 'base64'))
const certificateOf = (der) => new X509Certificate(Buffer.from(der))
const nameOf = (certificate, field) =>
  certificate.subject.split('\n').filter((line) => line.startsWith(`${field}=`)).map((line) => line.slice(field.length + 1))

const es256 = { dsaEncoding: 'ieee-p1363' }
const publicOf = ({ kty, crv, x, y }) => createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' })
const privateOf = ({ kty, crv, x, y, d }) => createPrivateKey({ key: { kty, crv, x, y, d }, format: 'jwk' })

// What the package leaves to its user.
const context = {
  crypto: {
    random: (length) => new Uint8Array(randomBytes(length)),
    digest: ({ digestAlgorithm, bytes }) =>
      new Uint8Array(createHash(digestAlgorithm.toLowerCase().replace('-', '')).update(bytes).digest()),
    calculateEphemeralMacKey: () => { throw new Error('no tags here') },
  },
  cose: {
    sign1: {
      sign: ({ toBeSigned, key }) => new Uint8Array(sign('sha256', toBeSigned, { key: privateOf(key.jwk), ...es256 })),
      verify: ({ key, sign1 }) => verify('sha256', sign1.toBeSigned, { key: publicOf(key.jwk), ...es256 }, sign1.signature),
    },
    mac0: { sign: () => { throw new Error('no tags here') }, verify: () => false },
  },
  x509: {
    getIssuerNameField: ({ certificate, field }) => nameOf(certificateOf(certificate), field),
    getPublicKey: ({ certificate }) => mdoc.CoseKey.fromJwk(certificateOf(certificate).publicKey.export({ format: 'jwk' })),
    verifyCertificateChain: ({ trustedCertificates, x5chain }) => {
      const leaf = certificateOf(x5chain[0])
      const isAbove = (root) => leaf.checkIssued(root) && leaf.verify(root.publicKey)
      if (!trustedCertificates.map(certificateOf).some(isAbove)) throw new Error('the chain ends under no trusted root')
    },
    getCertificateData: ({ certificate }) => {
      const read = certificateOf(certificate)
      return {
        issuerName: read.issuer, subjectName: read.subject, serialNumber: read.serialNumber, thumbprint: read.fingerprint256,
        notBefore: new Date(read.validFrom), notAfter: new Date(read.validTo), pem: read.toString(),
      }
    },
  },
}

const shown = (value) => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64url')
  if (value instanceof mdoc.DateOnly) return value.toString()
  if (value instanceof Map) return Object.fromEntries([...value].map(([name, inner]) => [name, shown(inner)]))
  if (Array.isArray(value)) return value.map(shown)
  if (value && typeof value === 'object') return shown(new Map(Object.entries(value)))
  return value
}
const claimsOf = (issuerSigned) =>
  Object.fromEntries([...issuerSigned.issuerNamespaces.issuerNamespaces.keys()].map((name) => [name, shown(issuerSigned.getPrettyClaims(name))]))

/** A date on its own is said as { date: '1990-03-01' }, octets as { octets: base64 }. */
const stated = (value) => (value?.date ? new mdoc.DateOnly(value.date) : value?.octets ? octets(value.octets) : value)
const signingKey = (jwk) => mdoc.CoseKey.fromJwk({ ...jwk, alg: 'ES256' })

const transcriptOf = ({ origin, clientId, nonce, responseUri, thumbprint }) => {
  const jwkThumbprint = thumbprint ? octets(thumbprint) : undefined
  return origin
    ? mdoc.SessionTranscript.forOid4VpDcApi({ origin, nonce, jwkThumbprint }, context)
    : mdoc.SessionTranscript.forOid4Vp({ clientId, nonce, responseUri, jwkThumbprint }, context)
}

export const tasks = {
  /** Issue an mdoc of claims by namespace, bound to the holder. */
  async issue({ docType, claims, holder, key, certificate, now, until }) {
    const issuer = new mdoc.Issuer(docType, context)
    for (const [name, elements] of Object.entries(claims)) {
      issuer.addIssuerNamespace(name, Object.fromEntries(Object.entries(elements).map(([element, value]) => [element, stated(value)])))
    }
    const signed = new Date(now)
    const issuerSigned = await issuer.sign({
      signingKey: signingKey(key), algorithm: mdoc.SignatureAlgorithm.ES256, digestAlgorithm: 'SHA-256',
      validityInfo: { signed, validFrom: signed, validUntil: new Date(until) },
      deviceKeyInfo: { deviceKey: mdoc.DeviceKey.fromJwk(holder) }, certificates: [octets(certificate)],
    })
    return issuerSigned.encodedForOid4Vci
  },

  /** Check what an issuer handed out, as a holder. */
  async hold({ credential, roots, now }) {
    await mdoc.Holder.verifyIssuerSigned(
      { issuerSigned: credential, trustedCertificates: roots.map(octets), now: new Date(now) }, context)
    return claimsOf(mdoc.IssuerSigned.fromEncodedForOid4Vci(credential))
  },

  /** Show the elements asked for, bound to a request. */
  async present({ credential, docType, elements, key, request }) {
    const namespaces = Object.fromEntries(
      Object.entries(elements).map(([name, list]) => [name, Object.fromEntries(list.map((element) => [element, false]))]))
    const deviceRequest = mdoc.DeviceRequest.create({
      docRequests: [mdoc.DocRequest.create({ itemsRequest: mdoc.ItemsRequest.create({ docType, namespaces }) })],
    })
    const response = await mdoc.Holder.createDeviceResponseForDeviceRequest({
      deviceRequest, sessionTranscript: await transcriptOf(request),
      issuerSigned: [mdoc.IssuerSigned.fromEncodedForOid4Vci(credential)], signature: { signingKey: signingKey(key) },
    }, context)
    return response.encodedForOid4Vp
  },

  /** Check what a holder shows, as a verifier. */
  async verify({ presentation, roots, now, request }) {
    const response = mdoc.DeviceResponse.fromEncodedForOid4Vp(presentation)
    await mdoc.Verifier.verifyDeviceResponse({
      deviceResponse: response, sessionTranscript: await transcriptOf(request), trustedCertificates: roots.map(octets), now: new Date(now),
    }, context)
    return claimsOf(response.documents[0].issuerSigned)
  },
}

/** What an mdoc says of itself: its type, its elements, and the holder's public key. */
export function saidBy(credential) {
  const issuerSigned = mdoc.IssuerSigned.fromEncodedForOid4Vci(credential)
  const { docType, deviceKeyInfo } = issuerSigned.issuerAuth.mobileSecurityObject
  const { kty, crv, x, y } = deviceKeyInfo.deviceKey.jwk
  return { docType, claims: claimsOf(issuerSigned), holder: { kty, crv, x, y } }
}

/** What an answer to a request is bound to; `thumbprint` is of the key it is encrypted to. */
export async function boundTo({ client_id: clientId, nonce, response_uri: responseUri, response_mode: mode, client_metadata: metadata }) {
  const thumbprint = mode === 'direct_post.jwt'
    ? Buffer.from(await calculateJwkThumbprint(metadata.jwks.keys[0]), 'base64url').toString('base64')
    : undefined
  return { clientId, nonce, responseUri, thumbprint }
}

/** Check a presentation that answers a request; returns it as the dcql package knows it. */
export async function readMdoc(presentation, issuerRoots, request) {
  const roots = issuerRoots.map((root) => root.raw.toString('base64'))
  const namespaces = await tasks.verify({ presentation, roots, now: Date.now(), request: await boundTo(request) })
  const [{ docType: doctype }] = mdoc.DeviceResponse.fromEncodedForOid4Vp(presentation).documents
  return { credential_format: 'mso_mdoc', doctype, namespaces, cryptographic_holder_binding: true }
}
