"""A query for one credential of some types, in whatever format, with nothing of what it says."""

from collections.abc import Sequence

from standards.dcql.credential_query import MDOC, SD_JWT_VC, CredentialQuery
from standards.dcql.query import CredentialSet, DcqlQuery


def any_of(types: Sequence[str]) -> DcqlQuery:
    """Return the query: one question for all ``vct_values``, one for each ``doctype_value``.

    A type may be of either format, but for a web address, which no doctype is: that is a name of
    the reversed host (ISO/IEC 18013-5 section 7.1).
    """
    documents = (each for each in types if "://" not in each)
    queries = (
        CredentialQuery("certificate", SD_JWT_VC, tuple(types)),
        *(
            CredentialQuery(f"document_{number}", MDOC, (doctype,))
            for number, doctype in enumerate(documents)
        ),
    )
    if len(queries) == 1:
        return DcqlQuery(queries)
    return DcqlQuery(queries, (CredentialSet(tuple((query.id,) for query in queries)),))
