"""Who may ask for what: parties, their purposes, keys and terms, fixed before anybody asks."""
