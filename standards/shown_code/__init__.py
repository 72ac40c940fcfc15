"""A presentation as one QR code, in one step: the holder shows it, a desk reads it (our format).

    MD2:<base45 of texts in DEFLATE and values of an SD-JWT+KB>.

From the outside in: `code` takes a presentation apart and puts it together again byte for byte,
`chain` is what stays at home of it, `values` what is random in its texts, `packing` the octets of
both, `base45` the letters of a QR code. docs/shown-code.md is the format's own page,
docs/vectors/shown-code.json its example.
"""
