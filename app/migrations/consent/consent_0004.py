"""Shown codes that were used."""

import sqlalchemy as sa
from alembic import op

revision = "consent_0004"
down_revision = "consent_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shown_codes",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("forgotten_at", sa.BigInteger(), nullable=False),
        sa.Column("reused", sa.Boolean(), nullable=False),
        sa.Column("told", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index("shown_codes_forgotten", "shown_codes", ["forgotten_at"], unique=False)
    op.create_index("shown_codes_name", "shown_codes", ["name"], unique=False)
    op.create_index("shown_codes_reused", "shown_codes", ["reused", "told"], unique=False)


def downgrade() -> None:
    op.drop_index("shown_codes_reused", table_name="shown_codes")
    op.drop_index("shown_codes_name", table_name="shown_codes")
    op.drop_index("shown_codes_forgotten", table_name="shown_codes")
    op.drop_table("shown_codes")
