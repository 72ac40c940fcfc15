"""Authorization, refresh and later issuance."""

import sqlalchemy as sa
from alembic import op

revision = "issuers_0004"
down_revision = "issuers_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulk_jobs",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "clients",
        sa.Column("client_id", sa.String(length=512), nullable=False),
        sa.Column("redirect_uris", sa.Text(), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("client_id"),
    )
    op.create_table(
        "mandates",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("principal", sa.String(length=64), nullable=False),
        sa.Column("proxy", sa.String(length=64), nullable=False),
        sa.Column("proxy_name", sa.Text(), nullable=False),
        sa.Column("authority", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("allowed", sa.SmallInteger(), nullable=False),
        sa.Column("used", sa.SmallInteger(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_mandates_principal"), "mandates", ["principal"], unique=False)
    op.create_index(op.f("ix_mandates_proxy"), "mandates", ["proxy"], unique=False)
    op.create_table(
        "pushed_requests",
        sa.Column("uri_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("authority", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=512), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("code_challenge", sa.String(length=43), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("with_details", sa.Boolean(), nullable=False),
        sa.Column("offer", sa.LargeBinary(length=32), nullable=True),
        sa.Column("dpop_jkt", sa.String(length=43), nullable=True),
        sa.Column("instance_jkt", sa.String(length=43), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("uri_hash"),
    )
    op.create_index(
        op.f("ix_pushed_requests_expires_at"), "pushed_requests", ["expires_at"], unique=False
    )
    op.create_table(
        "refusals",
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("ground", sa.String(length=32), nullable=False),
        sa.Column("authority", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("officer", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("citizen", "day", "kind", "about", "ground"),
    )
    op.create_index(op.f("ix_refusals_at"), "refusals", ["at"], unique=False)
    op.create_index("ix_refusals_desk", "refusals", ["authority", "at"], unique=False)
    op.create_table(
        "replays",
        sa.Column("proof", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("proof"),
    )
    op.create_index(op.f("ix_replays_expires_at"), "replays", ["expires_at"], unique=False)
    op.create_table(
        "viewings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("authority", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("view", sa.String(length=32), nullable=True),
        sa.Column("officer", sa.String(length=64), nullable=False),
        sa.Column("mandate", sa.String(length=22), nullable=False),
        sa.Column("fee", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_viewings_book", "viewings", ["authority", "issued_at"], unique=False)
    op.create_table(
        "authorization_codes",
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("offer", sa.LargeBinary(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=512), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("code_challenge", sa.String(length=43), nullable=False),
        sa.Column("dpop_jkt", sa.String(length=43), nullable=True),
        sa.Column("instance_jkt", sa.String(length=43), nullable=True),
        sa.Column("identifier", sa.String(length=64), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("is_used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["offer"], ["offers.id_hash"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_index(
        op.f("ix_authorization_codes_offer"), "authorization_codes", ["offer"], unique=False
    )
    op.create_table(
        "bulk_chunks",
        sa.Column("job", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("citizens", sa.Text(), nullable=False),
        sa.Column("ready", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job"],
            ["bulk_jobs.name"],
        ),
        sa.PrimaryKeyConstraint("job", "number"),
    )
    op.create_index(
        "ix_bulk_chunks_state", "bulk_chunks", ["job", "state", "number"], unique=False
    )
    op.create_table(
        "ready_papers",
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("job", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job"],
            ["bulk_jobs.name"],
        ),
        sa.PrimaryKeyConstraint("citizen", "job"),
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("offer", sa.LargeBinary(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=512), nullable=True),
        sa.Column("dpop_jkt", sa.String(length=43), nullable=True),
        sa.Column("instance_jkt", sa.String(length=43), nullable=True),
        sa.Column("identifier", sa.String(length=64), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["offer"], ["offers.id_hash"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(
        op.f("ix_refresh_tokens_expires_at"), "refresh_tokens", ["expires_at"], unique=False
    )
    op.create_index(op.f("ix_refresh_tokens_offer"), "refresh_tokens", ["offer"], unique=False)
    op.create_table(
        "viewing_notices",
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("viewing", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["viewing"],
            ["viewings.id"],
        ),
        sa.PrimaryKeyConstraint("citizen", "viewing"),
    )
    op.create_table(
        "waiting_orders",
        sa.Column("offer", sa.LargeBinary(length=32), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["offer"], ["offers.id_hash"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("offer"),
        sa.UniqueConstraint("number"),
    )
    op.create_index(op.f("ix_waiting_orders_since"), "waiting_orders", ["since"], unique=False)
    op.create_table(
        "transactions",
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("offer", sa.LargeBinary(length=32), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("holders", sa.Text(), nullable=False),
        sa.Column("has_inbox", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("is_fetched", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["offer"], ["waiting_orders.offer"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id_hash"),
    )
    op.create_index(op.f("ix_transactions_offer"), "transactions", ["offer"], unique=False)
    op.add_column("access_tokens", sa.Column("client_id", sa.Text(), nullable=True))
    op.add_column("access_tokens", sa.Column("dpop_jkt", sa.String(length=43), nullable=True))
    op.add_column("access_tokens", sa.Column("identifier", sa.String(length=64), nullable=True))
    op.add_column(
        "certificates",
        sa.Column("mandate", sa.String(length=22), server_default="", nullable=False),
    )
    op.add_column(
        "certificates", sa.Column("fee", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column(
        "certificates", sa.Column("statement_mac", sa.LargeBinary(length=32), nullable=True)
    )
    op.add_column(
        "offers", sa.Column("mandate", sa.String(length=22), server_default="", nullable=False)
    )
    op.add_column(
        "offers",
        sa.Column(
            "grant_type",
            sa.String(length=64),
            server_default="urn:ietf:params:oauth:grant-type:pre-authorized_code",
            nullable=False,
        ),
    )
    op.add_column("offers", sa.Column("edition", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "offers", sa.Column("needs_decision", sa.Boolean(), server_default="0", nullable=False)
    )
    op.add_column(
        "status_lists", sa.Column("size", sa.Integer(), server_default="131072", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("status_lists", "size")
    op.drop_column("offers", "needs_decision")
    op.drop_column("offers", "edition")
    op.drop_column("offers", "grant_type")
    op.drop_column("offers", "mandate")
    op.drop_column("certificates", "statement_mac")
    op.drop_column("certificates", "fee")
    op.drop_column("certificates", "mandate")
    op.drop_column("access_tokens", "identifier")
    op.drop_column("access_tokens", "dpop_jkt")
    op.drop_column("access_tokens", "client_id")
    op.drop_index(op.f("ix_transactions_offer"), table_name="transactions")
    op.drop_table("transactions")
    op.drop_index(op.f("ix_waiting_orders_since"), table_name="waiting_orders")
    op.drop_table("waiting_orders")
    op.drop_table("viewing_notices")
    op.drop_index(op.f("ix_refresh_tokens_offer"), table_name="refresh_tokens")
    op.drop_index(op.f("ix_refresh_tokens_expires_at"), table_name="refresh_tokens")
    op.drop_table("refresh_tokens")
    op.drop_table("ready_papers")
    op.drop_index("ix_bulk_chunks_state", table_name="bulk_chunks")
    op.drop_table("bulk_chunks")
    op.drop_index(op.f("ix_authorization_codes_offer"), table_name="authorization_codes")
    op.drop_table("authorization_codes")
    op.drop_index("ix_viewings_book", table_name="viewings")
    op.drop_table("viewings")
    op.drop_index(op.f("ix_replays_expires_at"), table_name="replays")
    op.drop_table("replays")
    op.drop_index("ix_refusals_desk", table_name="refusals")
    op.drop_index(op.f("ix_refusals_at"), table_name="refusals")
    op.drop_table("refusals")
    op.drop_index(op.f("ix_pushed_requests_expires_at"), table_name="pushed_requests")
    op.drop_table("pushed_requests")
    op.drop_index(op.f("ix_mandates_proxy"), table_name="mandates")
    op.drop_index(op.f("ix_mandates_principal"), table_name="mandates")
    op.drop_table("mandates")
    op.drop_table("clients")
    op.drop_table("bulk_jobs")
