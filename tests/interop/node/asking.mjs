// What a verifier of `authority.mjs` does, and what it does wrong: its request, and what came in answer.

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DcqlPresentationResult, DcqlQuery } from 'dcql'
import { exportJWK } from 'jose'
import { Openid4vpVerifier } from '@openid4vc/openid4vp'
import { callbacks, makeKey, privateKeyOf, readCertificates } from './crypto.mjs'
import { named, unsigned } from './naming.mjs'
import { readMdoc } from './mdocs.mjs'
import { verify } from './sdjwt.mjs'
import { form } from './serve.mjs'

const fresh = () => randomBytes(32).toString('base64url')
// Names of a key type and of an algorithm that nobody has yet.
const MADE_UP = [{ kty: 'AKP', alg: 'ML-KEM-768-X', kid: 'pq', use: 'enc', pub: 'AAAA' }, { kty: 'XYZ', kid: 'x', z: 'AAAA' }]
const withDefaults = (options = {}) => ({
  mode: 'direct_post.jwt',
  // how it is known: by a prefix of naming.mjs, or under a name that was registered beforehand
  prefix: 'x509_hash',
  registered: undefined,
  // 'value': the whole request in the link; 'unsigned': fetched, and signed by nobody
  by: 'reference',
  method: undefined,
  nonce: fresh(),
  state: undefined,
  // where the person is led afterwards, below this verifier's address
  back: undefined,
  // keys nobody can use beside the good one; the good one without `use`
  decoys: false,
  use: 'enc',
  // claims of the request, and parameters of the link, put in others' place; null takes one out
  change: {},
  front: {},
  // the parameters of the link in the reverse order
  reordered: false,
  // 'broken': a signature of nobody
  sign: undefined,
  // answers other than "received": a status, and headers
  status: 200,
  headers: {},
  ...options,
})
const changed = (found, change) =>
  Object.fromEntries(Object.entries({ ...found, ...change }).filter(([, value]) => value !== null && value !== undefined))

export class Verifier {
  constructor(context, options) {
    Object.assign(this, context, { options: withDefaults(options), log: [] })
    this.roots = (role) => readCertificates(join(this.trustDir, `${role}.pem`))
    this.callbacks = callbacks({ signingKey: this.signing.key })
    this.verifier = new Openid4vpVerifier({ callbacks: this.callbacks })
  }

  /** Decide upon the request, and return the link to it. */
  async link() {
    const { options, base, signing } = this
    this.key = { ...(await makeKey('ECDH-ES')), kid: 'e1', alg: 'ECDH-ES', ...(options.use ? { use: options.use } : {}) }
    this.name = await named(options, base, signing)
    this.clientId = this.name.clientId
    this.payload = changed({
      response_type: 'vp_token',
      response_mode: options.mode,
      client_id: this.clientId,
      response_uri: `${base}/response`,
      nonce: options.nonce,
      state: options.state,
      aud: 'https://self-issued.me/v2',
      dcql_query: options.dcql,
      client_metadata: {
        vp_formats_supported: {
          'dc+sd-jwt': { 'sd-jwt_alg_values': ['ES256'], 'kb-jwt_alg_values': ['ES256'] },
          mso_mdoc: { issuerauth_alg_values: [-7], deviceauth_alg_values: [-7] },
        },
        ...(options.mode === 'direct_post.jwt' ? this.encryption() : {}),
      },
    }, options.change)
    if (options.by === 'value') return this.byValue()
    const query = Object.entries(changed({
      client_id: this.clientId, request_uri: `${base}/request`, request_uri_method: options.method,
    }, options.front))
    return `openid4vp://?${new URLSearchParams(options.reordered ? query.reverse() : query)}`
  }

  /** The whole request in the link; the package writes it, but for what the package would not write. */
  async byValue() {
    const { options, payload } = this
    if (Object.keys(options.change).length === 0) {
      const { authorizationRequest } = await this.verifier.createOpenId4vpAuthorizationRequest({ authorizationRequestPayload: payload })
      return authorizationRequest
    }
    const text = ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]
    return `openid4vp://?${new URLSearchParams(Object.entries(payload).map(text))}`
  }

  encryption() {
    const keys = [...(this.options.decoys ? MADE_UP : []), this.key]
    return { jwks: { keys }, encrypted_response_enc_values_supported: ['A128GCM', 'A256GCM'] }
  }

  async answer(request, body) {
    const { pathname } = new URL(request.url, this.base)
    const step = pathname.split('/').slice(2).join('/')
    if (step === 'request') return [200, 'application/oauth-authz-req+jwt', await this.object(form(body).wallet_nonce)]
    if (step === 'response' && request.method === 'POST') return this.received(form(body))
    if (step === 'back') return [200, 'text/html', '<!doctype html><title>Back</title>']
    return undefined
  }

  /** The request object: the package makes it, but for what the package would not make. */
  async object(walletNonce) {
    const { options, name: { header, signer } } = this
    const payload = { ...this.payload, ...(walletNonce ? { wallet_nonce: walletNonce } : {}) }
    if (options.by === 'unsigned') return unsigned(payload)
    if (signer && Object.keys(options.change).length === 0 && !options.decoys) {
      const { jar } = await this.verifier.createOpenId4vpAuthorizationRequest({
        authorizationRequestPayload: payload,
        jar: { requestUri: `${this.base}/request`, jwtSigner: signer, expiresInSeconds: 300 },
        wallet: walletNonce ? { expectedNonce: walletNonce } : undefined,
      })
      return options.sign === 'broken' ? broken(jar.authorizationRequestJwt) : jar.authorizationRequestJwt
    }
    const iat = Math.floor(Date.now() / 1000)
    const head = { alg: 'ES256', typ: 'oauth-authz-req+jwt', ...header }
    const { jwt } = await this.callbacks.signJwt({}, { header: head, payload: { iat, exp: iat + 300, ...payload } })
    return options.sign === 'broken' ? broken(jwt) : jwt
  }

  async received(authorizationResponse) {
    const { options } = this
    try {
      this.verified = await this.isRefusal(authorizationResponse) ? undefined : await this.check(authorizationResponse)
    } catch (error) {
      this.refused = error.message
      return [400, 'application/json', { error: 'invalid_request' }]
    }
    return [options.status, 'application/json', options.back ? { redirect_uri: `${this.base}/${options.back}` } : {}, options.headers]
  }

  /** A refusal, in the clear or not: the package reads presentations only. */
  async isRefusal({ error, response }) {
    if (response === undefined) return error !== undefined
    const { payload } = await this.callbacks.decryptJwe(response, { jwk: this.key })
    return 'error' in JSON.parse(payload)
  }

  async check(authorizationResponse) {
    const { payload, options } = this
    const parsed = await this.verifier.parseOpenid4vpAuthorizationResponse({
      authorizationResponse, authorizationRequestPayload: payload, callbacks: this.callbacks,
    })
    if (parsed.authorizationResponsePayload.state !== payload.state) throw new Error('state of another request')
    if (options.mode === 'direct_post.jwt' && !parsed.jarm) throw new Error('the response is not encrypted')
    const presentations = {}
    for (const [id, presented] of Object.entries(parsed.dcql.presentations)) {
      presentations[id] = await Promise.all(presented.map(async (presentation) => {
        if (!presentation.includes('~')) return readMdoc(presentation, this.roots('issuer'), payload)
        const { vct, ...claims } = await verify(presentation, {
          issuerRoots: this.roots('issuer'), statusRoots: this.roots('status'), nonce: payload.nonce, audience: this.clientId,
        })
        return { credential_format: 'dc+sd-jwt', vct, claims, cryptographic_holder_binding: true }
      }))
    }
    const result = DcqlPresentationResult.fromDcqlPresentation(presentations, { dcqlQuery: DcqlQuery.parse(payload.dcql_query) })
    if (!result.can_be_satisfied) throw new Error('the query is not satisfied')
    return presentations
  }

  /** The request, the key to open the answer with, and what the packages made of the answer. */
  async told() {
    const key = { ...this.key, ...(await exportJWK(await privateKeyOf(this.key))) }
    return { exchanges: this.log, request: this.payload, private: key, verified: this.verified, refused: this.refused }
  }
}

const broken = (token) => token.replace(/[^.]+$/, (signature) => `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`)
