"""What is kept of sharings, and what is owed to the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "verifiers_0003"
down_revision = "verifiers_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreements",
        sa.Column("transaction_id", sa.String(length=64), nullable=False),
        sa.Column("party", sa.String(length=128), nullable=False),
        sa.Column("purpose", sa.String(length=128), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.Column("pair_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("consent_id", sa.String(length=36), nullable=True),
        sa.Column("holder", sa.String(length=64), nullable=True),
        sa.Column("shared_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("acts_at", sa.BigInteger(), nullable=True),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("retained_until", sa.BigInteger(), nullable=True),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.Column("standing_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("transaction_id"),
    )
    op.create_index("agreements_by_act", "agreements", ["acts_at"], unique=False)
    op.create_index("agreements_by_consent", "agreements", ["party", "consent_id"], unique=False)
    op.create_index("agreements_by_request", "agreements", ["party", "asked_at"], unique=False)
    op.create_table(
        "asked_within",
        sa.Column("transaction_id", sa.String(length=64), nullable=False),
        sa.Column("consent_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("transaction_id"),
    )
    op.create_table(
        "filings",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("party", sa.String(length=128), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=True),
        sa.Column("refusal", sa.String(length=64), nullable=True),
        sa.Column("filed_at", sa.BigInteger(), nullable=True),
        sa.Column("receipt_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("filings_by_party", "filings", ["party", "created_at"], unique=False)
    op.create_index("filings_by_try", "filings", ["next_try_at"], unique=False)


def downgrade() -> None:
    op.drop_index("filings_by_try", table_name="filings")
    op.drop_index("filings_by_party", table_name="filings")
    op.drop_table("filings")
    op.drop_table("asked_within")
    op.drop_index("agreements_by_request", table_name="agreements")
    op.drop_index("agreements_by_consent", table_name="agreements")
    op.drop_index("agreements_by_act", table_name="agreements")
    op.drop_table("agreements")
