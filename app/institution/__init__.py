"""What an institution's own program uses: `client.Institution` to ask, `receiving` to be told."""
