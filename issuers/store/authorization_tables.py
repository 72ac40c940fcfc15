"""The tables of the authorization server. Of codes, tokens and request_uris only the hash is kept.

Thumbprints name keys (RFC 7638) and are 43 characters long.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, LargeBinary, String, Table, Text

from issuers.store.tables import metadata

# Wallets that may send citizens here. ``keys`` is a JWK Set, empty for who is attested instead.
clients = Table(
    "clients",
    metadata,
    Column("client_id", String(512), primary_key=True),
    # One a line.
    Column("redirect_uris", Text, nullable=False),
    Column("keys", Text, nullable=False),
)

# What a wallet asked for, waiting for the citizen (RFC 9126).
pushed_requests = Table(
    "pushed_requests",
    metadata,
    Column("uri_hash", LargeBinary(32), primary_key=True),
    Column("authority", String(64), nullable=False),
    Column("client_id", String(512), nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("code_challenge", String(43), nullable=False),
    Column("state", Text),
    Column("kind", String(64), nullable=False),
    # Whether it asked by authorization_details, and so is told identifiers.
    Column("with_details", Boolean, nullable=False),
    # The offer whose issuer_state came along.
    Column("offer", LargeBinary(32)),
    Column("dpop_jkt", String(43)),
    Column("instance_jkt", String(43)),
    Column("expires_at", BigInteger, nullable=False, index=True),
    # open, allowed or refused, and by which citizen.
    Column("outcome", String(16), nullable=False),
    Column("citizen", String(64), nullable=False),
)

authorization_codes = Table(
    "authorization_codes",
    metadata,
    Column("code_hash", LargeBinary(32), primary_key=True),
    Column(
        "offer",
        LargeBinary(32),
        ForeignKey("offers.id_hash", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("client_id", String(512), nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("code_challenge", String(43), nullable=False),
    Column("dpop_jkt", String(43)),
    Column("instance_jkt", String(43)),
    Column("identifier", String(64)),
    Column("expires_at", BigInteger, nullable=False),
    Column("is_used", Boolean, nullable=False),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column(
        "offer",
        LargeBinary(32),
        ForeignKey("offers.id_hash", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("client_id", String(512)),
    Column("dpop_jkt", String(43)),
    Column("instance_jkt", String(43)),
    Column("identifier", String(64)),
    Column("expires_at", BigInteger, nullable=False, index=True),
)

# Proofs that were taken, until they would be too old anyway (RFC 9449 section 11.1).
replays = Table(
    "replays",
    metadata,
    Column("proof", LargeBinary(32), primary_key=True),
    Column("expires_at", BigInteger, nullable=False, index=True),
)
