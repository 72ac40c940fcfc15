"""What operators are answered: kinds, previews, certificates, notices as JSON."""

from issuers.catalogue import AnyKind
from issuers.certificate.statutory import views_of
from issuers.grounds import rule_of
from issuers.issuance.book import KeptCertificate, StatusEvent
from issuers.issuance.deferring import WaitingOrder
from issuers.issuance.mandates import Mandate, MandateState, article_for
from issuers.issuance.refusals import Refusal
from issuers.offers.fees import Taken, channel_of
from issuers.offers.previewing import Preview
from issuers.register.citizens import FoundCitizen
from issuers.register.notices import Notice
from keys.strict_json import JsonObject, JsonValue


def kind_as_dict(kind: AnyKind, base: str) -> JsonObject:
    """Return a kind with everything that can be ordered of it."""
    options: JsonObject = {
        option.name: {
            "label": dict(option.label.by_locale()),
            "choices": {choice.name: dict(choice.label.by_locale()) for choice in option.choices},
            "default": option.default,
        }
        for option in kind.options
    }
    return {
        "kind": kind.name,
        "authority": kind.authority.name,
        "issuer": kind.authority.identifier(base),
        "vct": kind.vct(base),
        "label": dict(kind.label.by_locale()),
        "purposes": [*sorted(kind.purposes)],
        "options": options,
        "views": [view.value for view in views_of(kind.name)],
    }


def citizen_as_dict(found: FoundCitizen) -> JsonObject:
    """Return somebody a clerk looked for."""
    return {
        "citizen": found.citizen,
        "name": found.name,
        "born_on": found.born_on.isoformat(),
        "address": found.address,
    }


def preview_as_dict(preview: Preview) -> JsonObject:
    """Return what would be signed."""
    claims: list[JsonValue] = [
        {"path": claim.path, "label": dict(claim.label.by_locale()), "value": claim.value}
        for claim in preview.claims
    ]
    return {
        "kind": preview.kind,
        "authority": preview.authority,
        "applicant": preview.applicant_name,
        "about": preview.about_name,
        "fee": preview.fee.won,
        "fee_article": preview.fee.article,
        "channel": preview.fee.channel.value,
        "until": preview.validity.until.isoformat(),
        "until_reason": preview.validity.reason,
        "claims": claims,
    }


def certificate_as_dict(kept: KeptCertificate) -> JsonObject:
    """Return an entry of the issue book; ``to`` is the applicant."""
    certificate, entitlement = kept.certificate, kept.certificate.entitlement
    return {
        "id": certificate.number,
        "kind": entitlement.kind,
        "authority": entitlement.authority,
        "to": entitlement.citizen,
        "about": entitlement.subject,
        "purpose": entitlement.purpose.name,
        "view": entitlement.view,
        "officer": entitlement.officer,
        "mandate": entitlement.mandate or None,
        "status": kept.state.value,
        "reason": kept.reason,
        "delivery": kept.delivery.value,
        "fee": kept.fee,
        "channel": channel_of(entitlement.officer).value,
        "issued_at": certificate.issued_at.isoformat(),
        "expires_at": certificate.expires_at.isoformat(),
    }


def waiting_as_dict(order: WaitingOrder) -> JsonObject:
    """Return an order that waits; ``to`` is the applicant, ``officer`` who took it."""
    entitlement = order.entitlement
    return {
        "id": order.number,
        "kind": entitlement.kind,
        "authority": entitlement.authority,
        "to": entitlement.citizen,
        "about": entitlement.subject,
        "purpose": entitlement.purpose.name,
        "view": entitlement.view,
        "officer": entitlement.officer,
        "since": order.since.isoformat(),
    }


def history_as_list(history: tuple[StatusEvent, ...]) -> list[JsonValue]:
    """Return the changes of a certificate, the first one first."""
    return [
        {
            "at": event.at.isoformat(),
            "action": event.action.value,
            "reason": event.reason,
            "by": event.by,
        }
        for event in history
    ]


def notice_as_dict(notice: Notice) -> JsonObject:
    """Return a notice of issue."""
    return {
        "at": notice.at.isoformat(),
        "kind": notice.kind,
        "authority": notice.authority,
        "applicant": notice.applicant,
        "purpose": notice.purpose,
        "service": notice.service.value,
        "reason": notice.reason,
    }


def refusal_as_dict(refusal: Refusal) -> JsonObject:
    """Return a refusal as its applicant reads it: whom they asked about is not in it."""
    rule = rule_of(refusal.ground)
    return {
        "at": refusal.at.isoformat(),
        "kind": refusal.kind,
        "authority": refusal.authority,
        "to": refusal.citizen,
        "ground": refusal.ground.value,
        "article": rule.article,
        "reason": dict(rule.reason.by_locale()),
        "next": dict(rule.next_step.by_locale()),
        "stage": refusal.stage.value,
        "officer": refusal.officer,
    }


def mandate_as_dict(mandate: Mandate, state: MandateState) -> JsonObject:
    """Return a mandate as its principal wrote it; who the proxy is in a register is not told."""
    return {
        "mandate": mandate.mandate_id,
        "from": mandate.principal,
        "to": mandate.proxy_name,
        "kind": mandate.kind,
        "authority": mandate.authority,
        "purpose": mandate.purpose,
        "until": mandate.until.isoformat(),
        "uses": mandate.allowed,
        "used": mandate.used,
        "state": state.value,
        "by": mandate.by,
        "article": article_for(mandate.authority),
    }


def taken_as_dict(taken: Taken) -> JsonObject:
    """Return what one officer issued of a kind, and the fees for it in won."""
    return {
        "kind": taken.kind,
        "officer": taken.officer,
        "channel": taken.channel.value,
        "service": taken.service.value,
        "count": taken.count,
        "won": taken.won,
    }
