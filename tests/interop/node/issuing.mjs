// The issuer itself: offers, metadata, nonces, credentials now or later, notifications, a status list.

import { exportJWK, generateKeyPair } from 'jose'
import { deflateSync } from 'node:zlib'
import { Openid4vciIssuer } from '@openid4vc/openid4vci'
import { preAuthorizedCodeGrantIdentifier } from '@openid4vc/oauth2'
import { signed } from './attesting.mjs'
import { failure, fresh } from './authorizing.mjs'
import { opened, sealedTo } from './sealing.mjs'
import { issue } from './sdjwt.mjs'

const CARD = 'library-card'
const now = () => Math.floor(Date.now() / 1000)

export class CredentialIssuer {
  constructor(context, server) {
    Object.assign(this, context)
    this.server = server
    this.vci = new Openid4vciIssuer({ callbacks: context })
    this.nonces = new Set()
    this.waiting = new Map()
    this.requests = []
    this.keys = generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true })
  }

  async metadata() {
    const { base, options } = this
    const proof = {
      proof_signing_alg_values_supported: ['ES256'],
      ...(options.attestedKeys ? { key_attestations_required: options.attestedKeys } : {}),
    }
    return this.vci.createCredentialIssuerMetadata({
      credential_issuer: base,
      credential_endpoint: `${base}/credential`,
      nonce_endpoint: `${base}/nonce`,
      ...(options.named ? { authorization_servers: [base] } : {}),
      ...(options.deferred ? { deferred_credential_endpoint: `${base}/deferred` } : {}),
      ...(options.notification ? { notification_endpoint: `${base}/notification` } : {}),
      ...(options.batch ? { batch_credential_issuance: { batch_size: options.batch } } : {}),
      ...(options.encrypted ? await this.encryption() : {}),
      credential_configurations_supported: {
        [CARD]: {
          format: 'dc+sd-jwt',
          vct: `${base}/types/${CARD}`,
          ...(options.scope ? { scope: CARD } : {}),
          cryptographic_binding_methods_supported: ['jwk'],
          credential_signing_alg_values_supported: ['ES256'],
          proof_types_supported: { jwt: proof },
          credential_metadata: { display: [{ name: 'Library card', locale: 'en' }] },
        },
      },
    })
  }

  /** One usable key among decoys of the same name, so that it is found by what it is. */
  async encryption() {
    const enc = ['A128GCM', 'A256GCM']
    const own = { ...(await exportJWK((await this.keys).publicKey)), use: 'enc', alg: 'ECDH-ES', kid: 'k1' }
    const { publicKey } = await generateKeyPair('RS256', { extractable: true })
    const decoys = this.options.decoys
      ? [{ ...(await exportJWK(publicKey)), use: 'enc', alg: 'RSA-OAEP', kid: 'k1' }, { ...own, use: 'sig', alg: 'ES256' }]
      : []
    return {
      credential_request_encryption: { jwks: { keys: [...decoys, own] }, enc_values_supported: enc, encryption_required: true },
      credential_response_encryption: { alg_values_supported: ['ECDH-ES'], enc_values_supported: enc, encryption_required: true },
    }
  }

  async offer() {
    const { options, server, base } = this
    const grants = options.grant === 'code'
      ? { authorization_code: { issuer_state: server.issuerState } }
      : { [preAuthorizedCodeGrantIdentifier]: {
        'pre-authorized_code': server.code,
        ...(options.txCode ? { tx_code: { input_mode: 'numeric', length: options.txCode.length } } : {}),
      } }
    this.handed = { credential_issuer: base, credential_configuration_ids: [CARD], grants }
    const query = options.offerBy === 'reference'
      ? { credential_offer_uri: `${base}/offer` }
      : { credential_offer: JSON.stringify(this.handed) }
    return `openid-credential-offer://?${new URLSearchParams(query)}`
  }

  async answer(request, body) {
    const path = new URL(request.url, this.base).pathname
    switch (`${request.method} ${path}`) {
      case `GET /.well-known/openid-credential-issuer/${this.name}`:
        return this.published(request)
      case `GET /${this.name}/offer`:
        return [200, 'application/json', this.handed]
      case `POST /${this.name}/nonce`:
        return [200, 'application/json', this.vci.createNonceResponse({ cNonce: this.nonce() }), this.server.nonceHeader()]
      case `POST /${this.name}/credential`:
        return this.credential(request, body)
      case `POST /${this.name}/deferred`:
        return this.deferred(request, body)
      case `POST /${this.name}/notification`:
        await this.server.grant(request, '/notification')
        return [204, 'application/json', '', this.server.nonceHeader()]
      case `GET /${this.name}/status`:
        return [200, 'application/statuslist+jwt', await this.statusList()]
      default:
        return undefined
    }
  }

  async published(request) {
    const metadata = await this.metadata()
    if (!this.options.signed || !request.headers.accept?.includes('application/jwt')) return [200, 'application/json', metadata]
    const { x5c, key } = this.signing
    const claims = { ...metadata, iss: this.base, sub: this.base, iat: now(), exp: now() + 600 }
    return [200, 'application/jwt', await signed({ typ: 'openidvci-issuer-metadata+jwt', x5c }, claims, key)]
  }

  nonce() {
    const nonce = fresh()
    this.nonces.add(nonce)
    return nonce
  }

  async credential(request, body) {
    await this.server.grant(request, '/credential')
    const asked = await this.read(request, body)
    this.requests.push(asked)
    const { credential_configuration_id: configuration, credential_identifier: identifier } = asked
    if (this.options.details ? identifier !== 'card-1' : configuration !== CARD) throw failure(400, 'unknown_credential_configuration')
    const holders = await this.holders(asked.proofs.jwt)
    if (!this.options.deferred) return this.granted(await this.copies(holders), asked)
    const transaction = fresh()
    this.waiting.set(transaction, { holders, left: this.options.deferred })
    return this.answered(202, { transaction_id: transaction, interval: this.options.interval }, asked.credential_response_encryption)
  }

  async deferred(request, body) {
    await this.server.grant(request, '/deferred')
    const asked = await this.read(request, body)
    const waiting = this.waiting.get(asked.transaction_id)
    if (!waiting) throw failure(400, 'invalid_transaction_id')
    waiting.left -= 1
    if (waiting.left > 0) return this.answered(202, { transaction_id: asked.transaction_id, interval: this.options.interval }, asked.credential_response_encryption)
    this.waiting.delete(asked.transaction_id)
    return this.granted(await this.copies(waiting.holders), asked)
  }

  async read(request, body) {
    if (!this.options.encrypted) return JSON.parse(body)
    if (request.headers['content-type'] !== 'application/jwt') throw failure(400, 'invalid_encryption_parameters')
    return opened(body, (await this.keys).privateKey)
  }

  /** The keys the proofs prove, checked by the package; a nonce is good for one request. */
  async holders(proofs) {
    const nonce = JSON.parse(Buffer.from(proofs[0].split('.')[1], 'base64url').toString()).nonce
    if (!this.nonces.delete(nonce)) throw failure(400, 'invalid_nonce')
    const issuerMetadata = { credentialIssuer: await this.metadata(), authorizationServers: [this.server.metadata], originalDraftVersion: 'V1' }
    return Promise.all(proofs.map(async (jwt) => {
      const { signer } = await this.vci.verifyCredentialRequestJwtProof({ issuerMetadata, jwt, expectedNonce: nonce })
      return signer.publicJwk
    }))
  }

  /** One copy for each key, in the reverse order of the proofs. */
  async copies(holders) {
    const { key, x5c } = this.signing
    const claims = { name: 'Kim Haneul', member_no: 4711, adult: true, branches: ['Jongno', 'Mapo'] }
    const made = await Promise.all(holders.map(async (holder, idx) => ({
      credential: await issue({
        vct: `${this.base}/types/${CARD}`, iss: this.base, claims, holder, issuerKey: key, x5c,
        open: { status: { status_list: { idx, uri: `${this.base}/status` } } },
      }),
    })))
    return made.reverse()
  }

  granted(credentials, asked) {
    const notification = this.options.notification ? { notification_id: (this.notification ??= fresh()) } : {}
    return this.answered(200, { credentials, ...notification }, asked.credential_response_encryption)
  }

  async answered(status, value, encryption) {
    if (!this.options.encrypted || !encryption) return [status, 'application/json', value, this.server.nonceHeader()]
    return [status, 'application/jwt', await sealedTo(value, encryption), this.server.nonceHeader()]
  }

  /** Sixty-four entries of two bits, all valid. */
  async statusList() {
    const { key, x5c } = this.signing
    const lst = deflateSync(Buffer.alloc(16)).toString('base64url')
    const claims = { sub: `${this.base}/status`, iat: now(), exp: now() + 600, ttl: 300, status_list: { bits: 2, lst } }
    return signed({ typ: 'statuslist+jwt', x5c }, claims, key)
  }
}
