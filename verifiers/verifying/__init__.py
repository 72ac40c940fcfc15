"""A whole response or a code held up, step by step, and what the wallet is answered."""
