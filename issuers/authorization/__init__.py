"""An authorization server's rules: clients, pushed requests, decisions, codes, tokens."""
