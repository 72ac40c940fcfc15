"""What is owed on a holder's behalf, done until it is acknowledged."""
