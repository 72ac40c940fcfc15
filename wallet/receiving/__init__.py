"""From an offer, or from nothing, to a credential that is kept (OpenID4VCI)."""
