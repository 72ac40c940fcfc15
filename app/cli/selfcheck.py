"""How the report of ``mydata verifiers check`` is told: what is wrong first, rule by rule."""

from collections.abc import Iterable

from keys.strict_json import JsonObject


def look(report: JsonObject) -> Iterable[str]:
    """Tell the report in lines for a person."""
    rules = [each for each in _listed(report.get("rules")) if isinstance(each, dict)]
    broken = [each for each in rules if each["outcome"] == "broken"]
    yield f"{len(broken)} rules are broken" if broken else "nothing that was checked is wrong"
    for each in broken:
        yield f"{each['rule']}: {each['detail']}"
        yield f"  {each['mend']} ({each['section']})"
    shown = report.get("shown")
    if isinstance(shown, dict):
        yield f"a holder would see: {', '.join(map(str, _listed(shown['claims']))) or 'no claim'}"
        if shown["over_asked"]:
            yield f"  beyond your terms: {', '.join(map(str, _listed(shown['over_asked'])))}"
        if not shown["has_terms"]:
            yield "  and that no purpose and no time are promised"
    skipped = [str(each["rule"]) for each in rules if each["outcome"] == "not_checked"]
    if skipped:
        yield f"not checked, because it was not there: {', '.join(skipped)}"


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
