"""From a request to an answer: who asks, what can be shown, what the holder chose (OpenID4VP)."""
