"""Why something of a consent happened: one closed list of codes, never free text.

Free text would be where somebody writes a name. What a law has kept, the code names the law by;
the law itself may be looked up, with the caution of `consent.forms.laws`.
"""

from enum import StrEnum


class Reason(StrEnum):
    """The reason in a record; which codes fit follows from its event."""

    # why a request was refused
    HOLDER_REFUSED = "holder_refused"
    WITHHELD_BY_LAW = "withheld_by_law"
    BEYOND_REGISTRATION = "beyond_registration"
    CLAIM_REQUIRED = "claim_required"
    NOT_HELD = "not_held"
    # which law has a party keep what it was asked to erase
    OTHER_LAW = "kr-pipa-21-1"
    TRANSMISSION_RECORD = "kr-pipa-decree-42-6"
    TAX_BOOKS = "kr-national-tax-85-3"
    CREDIT_INFORMATION = "kr-credit-20-2"
    MONEY_LAUNDERING = "kr-financial-transactions-5-4"
    ELECTRONIC_COMMERCE = "kr-e-commerce-6"
    LITIGATION = "litigation"
    # why a use was filed late
    LEDGER_UNREACHABLE = "ledger_unreachable"
    # which end was reached
    UNTIL_REACHED = "until_reached"
    USES_REACHED = "uses_reached"
    # what was not done in its time
    STOP_OVERDUE = "stop_overdue"
    ERASURE_OVERDUE = "erasure_overdue"
    # what else became of a shown code
    USED_ELSEWHERE = "used_elsewhere"
    # why somebody of the ledger looked
    COMPLAINT = "complaint"
    COURT_ORDER = "court_order"
    INSPECTION = "inspection"
