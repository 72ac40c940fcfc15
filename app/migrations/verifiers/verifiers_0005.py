"""What stands at counters: challenges on screens, and codes an institution printed."""

import sqlalchemy as sa
from alembic import op

revision = "verifiers_0005"
down_revision = "verifiers_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "challenges",
        sa.Column("party", sa.String(length=128), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("party", "nonce"),
    )
    op.create_table(
        "desks",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("party", sa.String(length=128), nullable=False),
        sa.Column("profile", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("desks_by_party", "desks", ["party", "opened_at"], unique=False)
    op.create_table(
        "asked_at",
        sa.Column("transaction_id", sa.String(length=64), nullable=False),
        sa.Column("desk", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("transaction_id"),
    )
    op.create_index("asked_at_by_desk", "asked_at", ["desk", "at"], unique=False)


def downgrade() -> None:
    op.drop_index("asked_at_by_desk", table_name="asked_at")
    op.drop_table("asked_at")
    op.drop_index("desks_by_party", table_name="desks")
    op.drop_table("desks")
    op.drop_table("challenges")
