"""A presentation as one QR code, in one step: the holder shows it, a desk reads it (our format).

    MD1:<base45 of ZLIB of CBOR of the octets of an SD-JWT+KB>.

Four modules, from the outside in: `code` takes a presentation apart and puts it together again
byte for byte, `packing` is CBOR and ZLIB, `base45` the letters of a QR code. docs/shown-code.md
is the format's own page, docs/vectors/shown-code.json its example.
"""
