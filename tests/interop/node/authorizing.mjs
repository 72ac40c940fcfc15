// The authorization server beside an issuer: pushed requests, a page that asks nobody, tokens.

import { createHash, randomBytes } from 'node:crypto'
import { Oauth2AuthorizationServer, PkceCodeChallengeMethod, preAuthorizedCodeGrantIdentifier } from '@openid4vc/oauth2'
import { checkAttested } from './attesting.mjs'
import { form } from './serve.mjs'

export const fresh = () => randomBytes(24).toString('base64url')
export const hashOf = (text) => createHash('sha256').update(text).digest('base64url')

/** An error of OAuth with its status, code and headers. */
export const failure = (status, code, headers) => Object.assign(new Error(code), { status, code, headers })

export class AuthorizationServer {
  constructor(context) {
    Object.assign(this, context)
    this.oauth = new Oauth2AuthorizationServer({ callbacks: context })
    this.code = fresh()
    this.issuerState = fresh()
    this.pushed = new Map()
    this.codes = new Map()
    this.tokens = new Map()
    this.challenges = new Set()
    this.seen = new Set()
    this.nonces = [fresh()]
  }

  get nonce() {
    return this.nonces.at(-1)
  }

  get metadata() {
    const { base, options } = this
    return this.oauth.createAuthorizationServerMetadata({
      issuer: options.serverIssuer ?? base,
      token_endpoint: `${base}/token`,
      grant_types_supported: options.grant === 'code' ? ['authorization_code'] : [preAuthorizedCodeGrantIdentifier],
      response_types_supported: ['code'],
      token_endpoint_auth_methods_supported: [options.client === 'attested' ? 'attest_jwt_client_auth' : 'none'],
      ...(options.client === 'attested' ? {
        client_attestation_signing_alg_values_supported: ['ES256'],
        client_attestation_pop_signing_alg_values_supported: ['ES256'],
      } : { 'pre-authorized_grant_anonymous_access_supported': true }),
      ...(options.challenge ? { challenge_endpoint: `${base}/challenge` } : {}),
      ...(options.dpop ? { dpop_signing_alg_values_supported: ['ES256'] } : {}),
      ...(options.scope ? {} : { authorization_details_types_supported: ['openid_credential'] }),
      ...(options.grant === 'code' ? {
        authorization_endpoint: `${base}/authorize`,
        pushed_authorization_request_endpoint: `${base}/par`,
        require_pushed_authorization_requests: true,
        authorization_response_iss_parameter_supported: true,
        code_challenge_methods_supported: ['S256'],
      } : {}),
    })
  }

  async answer(request, body) {
    const { pathname, searchParams } = new URL(request.url, this.base)
    switch (`${request.method} ${pathname}`) {
      case `GET /.well-known/oauth-authorization-server/${this.name}`:
        return [200, 'application/json', this.metadata]
      case `POST /${this.name}/challenge`:
        return [200, 'application/json', { attestation_challenge: this.challenge() }]
      case `POST /${this.name}/par`:
        return this.push(request, form(body))
      case `GET /${this.name}/authorize`:
        return this.authorize(searchParams)
      case `POST /${this.name}/token`:
        return this.token(request, form(body))
      default:
        return undefined
    }
  }

  challenge() {
    const challenge = fresh()
    this.challenges.add(challenge)
    return challenge
  }

  async client(request) {
    if (this.options.client !== 'attested') return undefined
    return checkAttested(request.headers, {
      audience: this.base,
      roots: this.providers(),
      seen: this.seen,
      challenges: this.options.challenge ? this.challenges : undefined,
    }).catch((error) => { throw failure(401, 'invalid_client_attestation', { 'x-reason': error.message }) })
  }

  async push(incoming, authorizationRequest) {
    const client = await this.client(incoming)
    const parsed = await this.oauth.parsePushedAuthorizationRequest({
      request: this.like(incoming, `${this.base}/par`), authorizationRequest,
    })
    const asked = parsed.authorizationRequest
    if (client && client !== asked.client_id) throw failure(401, 'invalid_client')
    if (asked.code_challenge_method !== 'S256') throw failure(400, 'invalid_request')
    const uri = `urn:ietf:params:oauth:request_uri:${fresh()}`
    this.pushed.set(uri, asked)
    return [201, 'application/json', { request_uri: uri, expires_in: 60 }]
  }

  /** Everybody is let in at once: who signs in here is no part of the test. */
  async authorize(query) {
    const asked = this.pushed.get(query.get('request_uri'))
    if (!asked || asked.client_id !== query.get('client_id')) throw failure(400, 'invalid_request')
    this.pushed.delete(query.get('request_uri'))
    const code = fresh()
    this.codes.set(code, asked)
    const { iss, state } = this.options
    const answer = new URLSearchParams({ code })
    if (asked.state !== undefined && state !== 'missing') answer.set('state', state === 'wrong' ? fresh() : asked.state)
    if (iss !== 'missing') answer.set('iss', iss === 'wrong' ? 'https://another.example' : this.base)
    return [302, 'text/plain', '', { location: `${asked.redirect_uri}?${answer}` }]
  }

  async token(incoming, accessTokenRequest) {
    const request = this.like(incoming, `${this.base}/token`)
    await this.client(incoming)
    if (this.options.dpop) await this.checkNonce(incoming, 400)
    const parsed = this.oauth.parseAccessTokenRequest({ request, accessTokenRequest })
    const shared = {
      authorizationServerMetadata: this.metadata, grant: parsed.grant, accessTokenRequest: parsed.accessTokenRequest, request,
      dpop: { required: this.options.dpop, jwt: parsed.dpop?.jwt },
    }
    const proven = this.options.grant === 'code'
      ? await this.redeem(shared, parsed)
      : await this.oauth.verifyPreAuthorizedCodeAccessTokenRequest({
        ...shared, expectedPreAuthorizedCode: this.code, expectedTxCode: this.options.txCode,
      })
    const token = fresh()
    this.tokens.set(token, { jkt: proven.dpop?.jwkThumbprint })
    const { details, expiresIn, dpop, tokenType } = this.options
    return [200, 'application/json', {
      access_token: token,
      token_type: tokenType ?? (dpop ? 'DPoP' : 'Bearer'),
      ...(expiresIn ? { expires_in: expiresIn } : {}),
      ...(details ? { authorization_details: [{
        type: 'openid_credential', credential_configuration_id: 'library-card', credential_identifiers: ['card-1'],
      }] } : {}),
    }, this.nonceHeader()]
  }

  async redeem(shared, { grant, pkceCodeVerifier }) {
    const asked = this.codes.get(grant.code)
    if (!asked || asked.redirect_uri !== shared.accessTokenRequest.redirect_uri) throw failure(400, 'invalid_grant')
    this.codes.delete(grant.code)
    return this.oauth.verifyAuthorizationCodeAccessTokenRequest({
      ...shared,
      expectedCode: grant.code,
      pkce: { codeVerifier: pkceCodeVerifier, codeChallenge: asked.code_challenge, codeChallengeMethod: PkceCodeChallengeMethod.S256 },
    })
  }

  /** The grant of a request's token; a bound one only with a proof by its key (RFC 9449 section 7). */
  async grant(incoming, path) {
    const [scheme, token] = (incoming.headers.authorization ?? '').split(' ')
    const grant = this.tokens.get(token)
    const wanted = this.options.dpop ? 'dpop' : 'bearer'
    if (!grant || scheme.toLowerCase() !== wanted) throw failure(401, 'invalid_token', { 'www-authenticate': `${this.options.scheme} error="invalid_token"` })
    if (this.options.dpop) {
      if (this.options.nonceOnce && this.nonces.length === 1) this.nonces.push(fresh())
      await this.checkNonce(incoming, 401)
      await this.oauth.verifyDpopJwt({
        dpopJwt: incoming.headers.dpop,
        request: this.like(incoming, `${this.base}${path}`),
        accessToken: token,
        expectedJwkThumbprint: grant.jkt,
      })
    }
    return grant
  }

  async checkNonce(incoming, status) {
    if (!this.options.dpopNonces) return
    const told = JSON.parse(Buffer.from((incoming.headers.dpop ?? '..').split('.')[1], 'base64url').toString() || '{}').nonce
    if (told === this.nonce) return
    throw failure(status, 'use_dpop_nonce', {
      ...this.nonceHeader(),
      ...(status === 401 ? { 'www-authenticate': `${this.options.scheme} error="use_dpop_nonce"` } : {}),
    })
  }

  nonceHeader() {
    return this.options.dpopNonces ? { 'dpop-nonce': this.nonce } : {}
  }

  like(incoming, url) {
    return { method: incoming.method, url, headers: new Headers(incoming.headers) }
  }
}
