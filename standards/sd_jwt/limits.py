"""How much of an SD-JWT is read before it is refused; each limit with its reason."""

# A household certificate is about 10 kB; with a portrait about 100 kB. Nothing real needs more.
MAX_OCTETS = 512 * 1024
# A family of ten with forty claims each; hashing so many takes about a millisecond.
MAX_DISCLOSURES = 512
# Levels of objects and arrays after disclosures are put in place; as deep as JSON itself is read.
MAX_DEPTH = 64
