"""Whether the diagnoses of a line support what it bills, by the articles of the coverage database.

An article lists diagnoses for a procedure and holds in the states of its contractor. Here is the mechanism
only; which procedures an edit asks about, and how severe that is, is the edit's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from scrubber.claim.model import Claim, ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere, is_wastage
from scrubber.claim.parts import Diagnosis
from scrubber.engine.context import Context
from scrubber.engine.finding import CheckResult, Hit, Unchecked
from scrubber.tables import has_icd10cm_form
from scrubber.tables.records import CoverageArticle

_VOID = "8"
_COVERED = frozenset({"covered", "covered-primary", "covered-secondary", "covered-together"})


class Support(Enum):
    """How far the listed diagnoses support a line."""

    FULL = auto()
    CONDITIONAL = auto()  # listed, but with a condition in words
    PARTIAL = auto()  # listed, but only beside another diagnosis, which the claim lacks
    NONE = auto()
    UNKNOWN = auto()  # a code is a heading of a listed one, or the reverse: wrong in itself


@dataclass(frozen=True, slots=True)
class ArticleVerdict:
    """What the articles say of one line; ``alone`` is the diagnosis that lacks its companion."""

    line: ServiceLine
    codes: tuple[str, ...]
    articles: tuple[CoverageArticle, ...]
    support: Support
    alone: str = ""


def code_of(diagnosis: Diagnosis) -> str:
    """An ICD-10-CM code without dots and blanks, in capitals; empty where it is none at all."""
    if diagnosis.qualifier not in ("ABK", "ABF"):
        return ""
    code = diagnosis.code.replace(".", "").replace(" ", "").upper()
    return code if has_icd10cm_form(code) else ""


def pointed_codes(claim: Claim, line: ServiceLine) -> tuple[str, ...]:
    """The ICD-10-CM codes that a line points at; none where a pointer or a code is wrong in itself.

    Other edits speak of such pointers and codes, and until they are corrected nobody knows what was meant.
    """
    if any(pointer.strip() and claim.diagnosis(pointer) is None for pointer in line.pointers):
        return ()
    codes = tuple(code_of(diagnosis) for diagnosis in claim.diagnoses_of(line))
    return codes if all(codes) else ()


def lines_to_support(
    claim: Claim, procedures: Container[str], waived: Iterable[str]
) -> Iterator[tuple[ServiceLine, tuple[str, ...]]]:
    """The lines of these procedures that want payment for a drug, with the codes that they point at.

    Left out are voided claims, drugs that cost nothing, discarded parts, parts of a compound, and lines
    with a modifier that says that no payment is expected (``waived``).
    """
    if claim.frequency == _VOID:
        return
    for line in claim.lines:
        if line.hcpcs not in procedures or is_wastage(line) or is_supplied_elsewhere(line):
            continue
        compound = any(ref.qualifier == "VY" for drug in line.drugs for ref in drug.references)
        codes = () if compound or line.has_modifier(*waived) else pointed_codes(claim, line)
        if codes:
            yield line, codes


def verdicts(
    claim: Claim, context: Context, procedures: Container[str]
) -> Iterator[ArticleVerdict | Unchecked]:
    """What the articles say of all lines of these procedures; nothing where no article decides."""
    for line, codes in lines_to_support(claim, procedures, context["waived"]):
        verdict = verdict_on(claim, line, codes, context)
        if verdict is not None:
            yield verdict


def verdict_on(
    claim: Claim, line: ServiceLine, codes: tuple[str, ...], context: Context
) -> ArticleVerdict | Unchecked | None:
    """What the articles that hold for a line say of its diagnoses; ``None`` where none of them decides.

    Even a part of the table has all articles of a procedure in the set ``articles_known``.
    """
    day, state = line.service.start if line.service else None, claim.state_of(line)
    if day is None:
        return Unchecked("the date of service of a line is missing or unreadable")
    if not state:
        return Unchecked("the state in which the service was given is not on the claim")
    all_known = context.codes.is_in("articles_known", line.hcpcs)
    answer = context.tables.articles(line.hcpcs, state, day, all_known=all_known)
    deciding = tuple(a for a in answer.records if not _COVERED.isdisjoint(a.roles.values()))
    deciding = deciding or tuple(a for a in answer.records if a.roles)
    if not deciding:
        return None
    support, alone = _support(claim, codes, deciding)
    if support not in (Support.FULL, Support.UNKNOWN) and not all(a.is_whole for a in deciding):
        return Unchecked("an article gives diagnoses in words or ranges, which no list shows")
    return ArticleVerdict(line, codes, deciding, support, alone)


def say_unsupported(claim: Claim, verdict: ArticleVerdict) -> str:
    """A message on diagnoses that are not listed, and on one of the claim that is, if there is one."""
    line, listed = verdict.line, {code for article in verdict.articles for code in supporting(article)}
    names = ", ".join(f"{article.article} ({article.contractor})" for article in verdict.articles)
    message = (
        f"Line {line.index} bills {line.procedure} for {', '.join(verdict.codes)}; "
        f"the Medicare article {names} {'does not list' if listed else 'excludes'} "
        f"{'it' if len(verdict.codes) == 1 else 'any of them'}."
    )
    return message + say_unpointed(claim, line, lambda code: code in listed)


def say_alone(verdict: ArticleVerdict) -> str:
    """A message on a diagnosis that counts beside another one only, which the claim lacks."""
    names = ", ".join(article.article for article in verdict.articles)
    return (
        f"Line {verdict.line.index} bills {verdict.line.procedure} for {verdict.alone}, which the Medicare "
        f"article {names} accepts only beside another diagnosis that this claim does not have."
    )


def say_unpointed(claim: Claim, line: ServiceLine, would_do: Callable[[str], bool]) -> str:
    """A sentence on a diagnosis of the claim that would do, but that the line does not point at."""
    pointed = claim.diagnoses_of(line)
    for diagnosis in claim.diagnoses:
        code = code_of(diagnosis)
        if code and diagnosis not in pointed and would_do(code):
            return f" Diagnosis {diagnosis.position} ({code}) would, but the line does not point at it."
    return ""


def supporting(article: CoverageArticle) -> Iterator[str]:
    """The diagnoses that support a procedure by themselves."""
    covered = (code for code, role in article.roles.items() if role in ("covered", "covered-primary"))
    return (code for code in covered if code not in article.asterisked)


def _support(claim: Claim, codes: Sequence[str], articles: Sequence[CoverageArticle]) -> tuple[Support, str]:
    """The best that any article says of any of the codes."""
    best, alone = Support.NONE, ""
    for article in articles:
        for code in codes:
            support = _support_of(claim, code, article)
            if support.value < best.value:
                best, alone = support, code
    if best is Support.NONE and any(_is_near(code, article) for article in articles for code in codes):
        return Support.UNKNOWN, ""
    return best, alone if best is Support.PARTIAL else ""


def _support_of(claim: Claim, code: str, article: CoverageArticle) -> Support:
    role = article.roles.get(code)
    if role is None or role == "noncovered":
        # An article that only excludes leaves all others to be paid.
        only_excludes = role is None and _COVERED.isdisjoint(article.roles.values())
        return Support.FULL if only_excludes else Support.NONE
    if role not in ("covered", "covered-primary"):
        present = {code_of(diagnosis) for diagnosis in claim.diagnoses}
        if role == "covered-together":
            companions = {other for other, its in article.roles.items() if its == role}
            return Support.FULL if companions <= present else Support.PARTIAL
        primary = any(article.roles.get(other) == "covered-primary" for other in present)
        if not primary:
            return Support.PARTIAL
    return Support.CONDITIONAL if code in article.asterisked else Support.FULL


def _is_near(code: str, article: CoverageArticle) -> bool:
    """Whether the code is the heading of a listed one, or has characters too many: not billable at all."""
    return any(
        listed != code and (listed.startswith(code) or code.startswith(listed)) for listed in article.roles
    )


def unsupported(claim: Claim, context: Context, procedures: Container[str]) -> Iterator[CheckResult]:
    """A finding at the first pointer of each line whose diagnoses an article lists not, or not alone."""
    for verdict in verdicts(claim, context, procedures):
        if isinstance(verdict, Unchecked):
            yield verdict
        elif verdict.support in (Support.PARTIAL, Support.NONE):
            alone = verdict.support is Support.PARTIAL
            message = say_alone(verdict) if alone else say_unsupported(claim, verdict)
            yield Hit(at=verdict.line.pointers[0], message=message, line=verdict.line)
