"""From a registered question to a signed request; what asks for more is refused and counted."""
