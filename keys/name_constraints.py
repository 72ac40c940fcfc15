"""Which names a certificate authority may certify (RFC 5280 section 4.2.1.10).

A kind of name that is constrained but not understood here is refused wherever it appears.
"""

from urllib.parse import urlsplit

from cryptography import x509

from keys.errors import KeysError, KeysFailure

_Rdns = list[frozenset[tuple[str, str]]]


def check_names(constraints: x509.NameConstraints, names: tuple[x509.GeneralName, ...]) -> None:
    """Return when every name is permitted and none excluded, else raise chain_name_constraint."""
    for name in names:
        permitted = _of_kind(constraints.permitted_subtrees, name)
        excluded = _of_kind(constraints.excluded_subtrees, name)
        if not (permitted or excluded):
            continue
        if not _is_understood(name):
            raise _broken("a kind of name that is not understood is constrained")
        if permitted and not any(_within(name, subtree) for subtree in permitted):
            raise _broken("a name outside what the authority may certify")
        if any(_within(name, subtree) for subtree in excluded):
            raise _broken("a name that the authority may not certify")


def _of_kind(
    subtrees: list[x509.GeneralName] | None, name: x509.GeneralName
) -> list[x509.GeneralName]:
    return [subtree for subtree in subtrees or [] if type(subtree) is type(name)]


def _is_understood(name: x509.GeneralName) -> bool:
    return isinstance(
        name,
        x509.DNSName | x509.UniformResourceIdentifier | x509.DirectoryName | x509.IPAddress,
    )


def _within(name: x509.GeneralName, subtree: x509.GeneralName) -> bool:
    if isinstance(name, x509.DNSName):
        return _within_domain(name.value, str(subtree.value))
    if isinstance(name, x509.UniformResourceIdentifier):
        return _within_host(urlsplit(name.value).hostname or "", str(subtree.value))
    if isinstance(name, x509.DirectoryName):
        base = _rdns(subtree.value)
        return _rdns(name.value)[: len(base)] == base
    # An address is in a network; a name that is itself a network is in none.
    return getattr(name.value, "version", None) == subtree.value.version and (
        name.value in subtree.value
    )


def _within_domain(name: str, base: str) -> bool:
    """Tell a domain that is ``base`` with zero or more labels added on the left."""
    name, base = name.lower(), base.lower().lstrip(".")
    return not base or name == base or name.endswith("." + base)


def _within_host(host: str, base: str) -> bool:
    """Tell a host below ``.base``, or the very host ``base`` without the period."""
    host, base = host.lower(), base.lower()
    return host.endswith(base) if base.startswith(".") else host == base


def _rdns(name: x509.Name) -> _Rdns:
    """RFC 5280 section 7.1: compared without case and without the width of spaces."""
    return [
        frozenset((a.oid.dotted_string, " ".join(str(a.value).split()).casefold()) for a in rdn)
        for rdn in name.rdns
    ]


def _broken(detail: str) -> KeysError:
    return KeysError(KeysFailure.CHAIN_NAME_CONSTRAINT, detail)
