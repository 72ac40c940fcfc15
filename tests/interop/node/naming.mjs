// How a verifier is known (OpenID4VP 1.0 section 5.9): its name, and what proves it in a request object.

import { calculateX509HashClientIdPrefixValue } from '@openid4vc/openid4vp'
import { signed } from './attesting.mjs'
import { hash } from './crypto.mjs'

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * The client_id, what stands in the header, and the signer as the package takes it; without one the package
 * does not know how to sign for such a name, or nothing is signed.
 */
export async function named({ prefix, registered }, base, signing) {
  const { x5c, key } = signing
  if (registered) return { clientId: registered, header: {} }
  const certified = { header: { x5c }, signer: { method: 'x5c', x5c, alg: 'ES256' } }
  const identifier = `did:jwk:${encoded(key)}`
  const attested = { iss: 'https://registrar.example', sub: 'library', exp: Math.floor(Date.now() / 1000) + 600, cnf: { jwk: key } }
  const ways = {
    x509_hash: async () => ({ ...certified, value: await calculateX509HashClientIdPrefixValue({ x509Certificate: Buffer.from(x5c[0], 'base64'), hash }) }),
    x509_san_dns: () => ({ ...certified, value: 'localhost' }),
    redirect_uri: () => ({ value: `${base}/response`, header: {} }),
    decentralized_identifier: () => ({
      value: identifier, header: { kid: `${identifier}#0` }, signer: { method: 'did', didUrl: `${identifier}#0`, alg: 'ES256' },
    }),
    verifier_attestation: async () => ({
      value: attested.sub, header: { jwt: await signed({ typ: 'verifier-attestation+jwt', x5c }, attested, key) },
    }),
  }
  const { value, ...how } = await ways[prefix]()
  return { clientId: `${prefix}:${value}`, ...how }
}

/** A request object that nobody signed (RFC 9101 section 4). */
export const unsigned = (payload) => `${encoded({ alg: 'none', typ: 'oauth-authz-req+jwt' })}.${encoded(payload)}.`
