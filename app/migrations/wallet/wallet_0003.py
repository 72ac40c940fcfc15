"""Keep errands until they are done, and the addresses of standing consents."""

import sqlalchemy as sa
from alembic import op

revision = "wallet_0003"
down_revision = "wallet_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "errands",
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("holder", "subject"),
    )
    op.create_index("errands_due", "errands", ["due_at"], unique=False)
    op.create_table(
        "standings",
        sa.Column("code_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("consent_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code_sha256"),
    )
    op.create_index("standings_of", "standings", ["holder", "consent_id"], unique=False)


def downgrade() -> None:
    op.drop_index("standings_of", table_name="standings")
    op.drop_table("standings")
    op.drop_index("errands_due", table_name="errands")
    op.drop_table("errands")
