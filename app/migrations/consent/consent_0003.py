"""Prefix map, witnesses, sealed records, what is due, and questions of the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "consent_0003"
down_revision = "consent_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cosignatures",
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column(
            "size",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("witness", "size"),
    )
    op.create_index("cosignatures_size", "cosignatures", ["size"], unique=False)
    op.create_table(
        "deposits",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("consent_id", sa.Text(), nullable=True),
        sa.Column("key_id", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index("deposits_key", "deposits", ["key_id"], unique=False)
    op.create_table(
        "dues",
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("label", "subject", "kind"),
    )
    op.create_index("dues_waiting", "dues", ["waiting", "due_at"], unique=False)
    op.create_table(
        "map_buckets",
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("ends", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("bucket"),
    )
    op.create_table(
        "months",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=True),
        sa.Column("sheet", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("month"),
    )
    op.create_table(
        "openings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("proven", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_openings_expires_at"), "openings", ["expires_at"], unique=False)
    op.create_table(
        "published",
        sa.Column(
            "size",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("checkpoint", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("quorum", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("size"),
    )
    op.create_index("published_quorum", "published", ["quorum", "size"], unique=False)


def downgrade() -> None:
    op.drop_index("published_quorum", table_name="published")
    op.drop_table("published")
    op.drop_index(op.f("ix_openings_expires_at"), table_name="openings")
    op.drop_table("openings")
    op.drop_table("months")
    op.drop_table("map_buckets")
    op.drop_index("dues_waiting", table_name="dues")
    op.drop_table("dues")
    op.drop_index("deposits_key", table_name="deposits")
    op.drop_table("deposits")
    op.drop_index("cosignatures_size", table_name="cosignatures")
    op.drop_table("cosignatures")
