"""Commit an offer to its subject; access records, inboxes, kept status lists."""

import sqlalchemy as sa
from alembic import op

revision = "issuers_0003"
down_revision = "issuers_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accesses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("clerk", sa.String(length=64), nullable=False),
        sa.Column("authority", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_accesses_at"), "accesses", ["at"], unique=False)
    op.create_index("ix_accesses_clerk", "accesses", ["clerk", "at"], unique=False)
    op.create_table(
        "inboxes",
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("citizen"),
    )
    op.create_table(
        "kept_lists",
        sa.Column("authority", sa.String(length=64), nullable=False),
        sa.Column("list", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "list", "slot", "version"),
    )
    op.create_index(
        "ix_kept_lists_time", "kept_lists", ["authority", "list", "issued_at"], unique=False
    )
    op.add_column("offers", sa.Column("subject_mac", sa.LargeBinary(length=32), nullable=True))


def downgrade() -> None:
    op.drop_column("offers", "subject_mac")
    op.drop_index("ix_kept_lists_time", table_name="kept_lists")
    op.drop_table("kept_lists")
    op.drop_table("inboxes")
    op.drop_index("ix_accesses_clerk", table_name="accesses")
    op.drop_index(op.f("ix_accesses_at"), table_name="accesses")
    op.drop_table("accesses")
