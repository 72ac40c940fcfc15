"""What a wallet keeps, sealed: credentials and their copies, errands, the keys over them."""
