"""What wallets ask of an authority, endpoint by endpoint, over everything the room remembers."""
