"""What a kind of certificate is made of: form, rules, options, and whom it may tell of."""
