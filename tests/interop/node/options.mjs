// What an issuer of `authority.mjs` does, and what it does wrong.

export const withDefaults = (options = {}) => ({
  // how a wallet gets a token: 'pre-authorized' or 'code'; a transaction code for the first
  grant: 'pre-authorized',
  txCode: undefined,
  // who it is to be: 'none' or 'attested'; a challenge for the proof of possession
  client: 'none',
  challenge: false,
  // tokens bound to a key, and nonces for the proofs
  dpop: false,
  dpopNonces: false,
  // the first one is old when it comes to the credential endpoint
  nonceOnce: false,
  // a scope for the kind, without which a wallet asks by details; its server's name in the metadata
  scope: true,
  named: false,
  // identifiers in the token response
  details: false,
  // answers that come later: how often the wallet is put off
  deferred: 0,
  interval: 1,
  // what it wants to know afterwards
  notification: false,
  // several copies, handed out in the reverse order of their proofs
  batch: 0,
  // requests and answers in JWE, its key among others of the same name
  encrypted: false,
  decoys: false,
  // signed metadata for those who ask
  signed: false,
  // a key attestation demanded
  attestedKeys: undefined,
  // odd but right
  tokenType: undefined,
  expiresIn: 300,
  scheme: 'DPoP',
  // wrong: another issuer in the server's metadata; `iss` and `state` of the redirect: 'wrong', 'missing'
  serverIssuer: undefined,
  iss: undefined,
  state: undefined,
  offerBy: 'value',
  ...options,
})
