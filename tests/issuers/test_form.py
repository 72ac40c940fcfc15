"""The declaration of a form: one source for values, order and descriptions."""

from dataclasses import dataclass

from issuers.certificate.form import Block, Field, Rows, Table, claims_of, described
from issuers.label import Label

WORD = Label("말", "Word", "語")


@dataclass(frozen=True)
class Child:
    """An element of a table."""

    name: str


@dataclass(frozen=True)
class Parent:
    """What the form reads."""

    name: str
    title: str | None
    children: tuple[Child, ...]


FORM: Rows[Parent] = (
    Field("name", WORD, lambda parent: parent.name),
    Block("role", WORD, (Field("title", WORD, lambda parent: parent.title, blank=True),)),
    Table(
        "children",
        WORD,
        WORD,
        lambda parent: parent.children,
        (Field("name", WORD, lambda child: child.name, article="§2"),),
        article="§1",
    ),
)


def test_claims_follow_the_form_and_leave_blanks_out() -> None:
    """
    A blank field is no claim; an empty table is an empty list, which says "none".
    """
    full = Parent("김", "사장", (Child("하나"), Child("둘")))
    bare = Parent("김", None, ())

    assert {
        "name": "김",
        "role": {"title": "사장"},
        "children": [{"name": "하나"}, {"name": "둘"}],
    } == claims_of(FORM, full)
    assert {"name": "김", "role": {}, "children": []} == claims_of(FORM, bare)


def test_a_description_promises_only_what_is_always_there() -> None:
    """
    Blank fields and the inside of tables are not mandatory: they may be missing.
    """
    promised = {claim.path: claim.mandatory for claim in described(FORM, "§0")}

    assert {
        ("name",): True,
        ("role",): True,
        ("role", "title"): False,
        ("children",): True,
        ("children", None): False,
        ("children", None, "name"): False,
    } == promised


def test_an_article_holds_until_a_nearer_one() -> None:
    """
    A field without its own source cites that of its block, a block that of the kind.
    """
    articles = {claim.path[-1]: claim.article for claim in described(FORM, "§0")[2:]}

    assert {"title": "§0", "children": "§1", None: "§1", "name": "§2"} == articles


def test_what_is_there_only_sometimes_is_never_promised() -> None:
    """
    Without its condition a block or a table is no claim; nothing inside it is mandatory.
    """
    inside: Rows[Parent] = (Field("name", WORD, lambda parent: parent.name),)
    form: Rows[Parent] = (
        Block("block", WORD, inside, when=lambda parent: parent.title is not None),
        Table("table", WORD, WORD, lambda parent: parent.children, (), when=lambda _parent: False),
    )

    assert {"block": {"name": "김"}} == claims_of(form, Parent("김", "사장", ()))
    assert {} == claims_of(form, Parent("김", None, ()))
    assert not any(claim.mandatory for claim in described(form, "§1"))
