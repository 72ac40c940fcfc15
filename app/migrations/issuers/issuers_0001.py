"""The tables of issuers."""

import sqlalchemy as sa
from alembic import op

revision = "issuers_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificates",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("authority", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index(op.f("ix_certificates_citizen"), "certificates", ["citizen"], unique=False)
    op.create_index(
        "ix_certificates_status", "certificates", ["authority", "status"], unique=False
    )
    op.create_table(
        "offers",
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("authority", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("purpose_detail", sa.Text(), nullable=True),
        sa.Column("payer", sa.Text(), nullable=True),
        sa.Column("tx_code_mac", sa.LargeBinary(length=32), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("wrong_tries", sa.SmallInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id_hash"),
        sa.UniqueConstraint("code_hash"),
    )
    op.create_index(op.f("ix_offers_expires_at"), "offers", ["expires_at"], unique=False)
    op.create_table(
        "offices",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("department", sa.String(length=64), nullable=False),
        sa.Column("officer", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "people",
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("hanja", sa.String(length=64), nullable=False),
        sa.Column("number_front", sa.String(length=6), nullable=False),
        sa.Column("number_back", sa.String(length=7), nullable=False),
        sa.Column("born_on", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("citizen"),
    )
    op.create_table(
        "status_lists",
        sa.Column("authority", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "number"),
    )
    op.create_table(
        "used_nonces",
        sa.Column("nonce_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("nonce_hash"),
    )
    op.create_index(op.f("ix_used_nonces_expires_at"), "used_nonces", ["expires_at"], unique=False)
    op.create_table(
        "access_tokens",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("offer", sa.LargeBinary(length=32), nullable=False),
        sa.Column("uses", sa.SmallInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["offer"], ["offers.id_hash"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_access_tokens_offer"), "access_tokens", ["offer"], unique=False)
    op.create_table(
        "households",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("office", sa.Integer(), nullable=False),
        sa.Column("formation_reason", sa.String(length=64), nullable=False),
        sa.Column("formed_on", sa.String(length=10), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("moved_in_on", sa.String(length=10), nullable=False),
        sa.Column("changed_on", sa.String(length=10), nullable=False),
        sa.Column("change_reason", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["office"], ["offices.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "places",
        sa.Column("authority", sa.String(length=64), nullable=False),
        sa.Column("list", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("certificate", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["certificate"], ["certificates.number"]),
        sa.PrimaryKeyConstraint("authority", "list", "place"),
    )
    op.create_index("ix_places_certificate", "places", ["certificate"], unique=False)
    op.create_table(
        "tax_accounts",
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("office", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("number_front", sa.String(length=6), nullable=False),
        sa.Column("number_back", sa.String(length=7), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("company", sa.String(length=64), nullable=True),
        sa.Column("business_number", sa.String(length=12), nullable=True),
        sa.Column("trustee_arrears", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["office"], ["offices.id"]),
        sa.PrimaryKeyConstraint("citizen"),
    )
    op.create_table(
        "address_history",
        sa.Column("household", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("moved_in_on", sa.String(length=10), nullable=False),
        sa.Column("changed_on", sa.String(length=10), nullable=False),
        sa.Column("change_reason", sa.String(length=64), nullable=False),
        sa.Column("head_name", sa.String(length=64), nullable=False),
        sa.Column("head_relation", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["household"], ["households.id"]),
        sa.PrimaryKeyConstraint("household", "number"),
    )
    op.create_table(
        "deferrals",
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.Column("period", sa.String(length=64), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["citizen"], ["tax_accounts.citizen"]),
        sa.PrimaryKeyConstraint("citizen", "number"),
    )
    op.create_table(
        "members",
        sa.Column("household", sa.Integer(), nullable=False),
        sa.Column("cohabitant", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("relation", sa.String(length=32), nullable=False),
        sa.Column("moved_in_on", sa.String(length=10), nullable=False),
        sa.Column("changed_on", sa.String(length=10), nullable=False),
        sa.Column("change_reason", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["citizen"], ["people.citizen"]),
        sa.ForeignKeyConstraint(["household"], ["households.id"]),
        sa.PrimaryKeyConstraint("household", "cohabitant", "number"),
        sa.UniqueConstraint("citizen"),
    )
    op.create_table(
        "open_taxes",
        sa.Column("citizen", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("period", sa.String(length=64), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["citizen"], ["tax_accounts.citizen"]),
        sa.PrimaryKeyConstraint("citizen", "number"),
    )


def downgrade() -> None:
    op.drop_table("open_taxes")
    op.drop_table("members")
    op.drop_table("deferrals")
    op.drop_table("address_history")
    op.drop_table("tax_accounts")
    op.drop_index("ix_places_certificate", table_name="places")
    op.drop_table("places")
    op.drop_table("households")
    op.drop_index(op.f("ix_access_tokens_offer"), table_name="access_tokens")
    op.drop_table("access_tokens")
    op.drop_index(op.f("ix_used_nonces_expires_at"), table_name="used_nonces")
    op.drop_table("used_nonces")
    op.drop_table("status_lists")
    op.drop_table("people")
    op.drop_table("offices")
    op.drop_index(op.f("ix_offers_expires_at"), table_name="offers")
    op.drop_table("offers")
    op.drop_index("ix_certificates_status", table_name="certificates")
    op.drop_index(op.f("ix_certificates_citizen"), table_name="certificates")
    op.drop_table("certificates")
