"""OAuth 2.0 as the OpenID standards use it: forms (RFC 6749), server metadata (RFC 8414)."""
