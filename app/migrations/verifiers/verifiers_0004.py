"""What each step of a verification came to; registrations at run time."""

import sqlalchemy as sa
from alembic import op

revision = "verifiers_0004"
down_revision = "verifiers_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("transactions", sa.Column("steps", sa.LargeBinary(), nullable=True))
    op.create_table(
        "registered_parties",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("party", sa.String(length=128), nullable=False),
        sa.Column("definition", sa.LargeBinary(), nullable=False),
        sa.Column("registered_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "registered_parties_by_party", "registered_parties", ["party", "id"], unique=False
    )
    op.create_table(
        "registrations",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("party", sa.String(length=128), nullable=False),
        sa.Column("purpose", sa.String(length=128), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_index(
        "registrations_by_purpose", "registrations", ["party", "purpose"], unique=False
    )


def downgrade() -> None:
    op.drop_index("registrations_by_purpose", table_name="registrations")
    op.drop_table("registrations")
    op.drop_index("registered_parties_by_party", table_name="registered_parties")
    op.drop_table("registered_parties")
    op.drop_column("transactions", "steps")
