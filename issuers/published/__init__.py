"""What an authority publishes: metadata, type metadata, signed status lists, its readiness."""
