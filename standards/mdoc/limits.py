"""How much of an mdoc is read before it is refused; each limit with its reason."""

from standards.cbor.read import Limits

# As for an SD-JWT: a portrait takes about 100 kB, and base64url a third more.
MAX_TEXT = 700_000
MDOC_LIMITS = Limits(octets=512 * 1024, items=8 * 1024, depth=16)
# A family of ten with forty claims each.
MAX_ITEMS = 512
# One element's value, with what is in it: a list of ten people with forty fields, each in a map.
ITEM_LIMITS = Limits(octets=256 * 1024, items=4 * 1024, depth=32)
# A digest for each item and for each decoy.
MSO_LIMITS = Limits(octets=256 * 1024, items=8 * 1024, depth=8)
# Section 9.1.2.5: an item's random is at least 16 octets; nobody needs an endless one.
LEAST_RANDOM = 16
MOST_RANDOM = 1024
# Section 9.1.2.5: digest identifiers are below 2^31, as ours are; a public package draws 32 bits.
MAX_DIGEST_ID = 2**32 - 1
