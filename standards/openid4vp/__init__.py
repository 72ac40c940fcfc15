"""OpenID for Verifiable Presentations 1.0: the messages, and the rules on each.

`request_uri`, `request`, `request_object` and `client_id` carry the question, `response` and
`vp_token` the answer; `errors` says why either was refused.
"""
