"""The forms of consent: all that the actors know of this room, without its ledger."""
