"""Decide whether the diagnoses of a line support what it bills, by the articles of the coverage database.

An article lists diagnoses for a procedure and applies in the states of its MAC. This module is the mechanism
only; each edit decides which procedures it checks and how severe a hit is.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from enum import Enum, auto

from msgspec import Struct

from scrubber.claim.model import ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere
from scrubber.claim.parts import Diagnosis
from scrubber.engine.context import Context
from scrubber.engine.finding import CheckResult, Hit, Unchecked
from scrubber.tables import has_icd10cm_form
from scrubber.tables.rows import CoverageArticle

from .dosage import is_compound
from .mac_lists import mac_state

_VOID = "8"
QUERY_PROVIDER = (
    "Query the provider for a covered diagnosis that the chart supports, and link the line to it."
)
"""What to do where no diagnosis on the claim would support the line."""

_COVERED = frozenset({"covered", "covered-primary", "covered-secondary", "covered-together"})


class Support(Enum):
    """How far the linked diagnoses support a line."""

    FULL = auto()
    CONDITIONAL = auto()  # listed, but under a condition stated in words
    PARTIAL = auto()  # listed, but only with another diagnosis, which the claim does not have
    NONE = auto()
    UNKNOWN = auto()  # a code is the header of a listed one, or the reverse: invalid in itself


class ArticleVerdict(Struct, frozen=True):
    """What the articles say about one line; ``alone`` is the diagnosis whose companion is missing."""

    line: ServiceLine
    codes: tuple[str, ...]
    articles: tuple[CoverageArticle, ...]
    support: Support
    alone: str = ""


def code_of(diagnosis: Diagnosis) -> str:
    """Return an ICD-10-CM code in uppercase without dots and spaces, or empty text if it is not one."""
    if diagnosis.qualifier not in ("ABK", "ABF"):
        return ""
    code = diagnosis.code.replace(".", "").replace(" ", "").upper()
    return code if has_icd10cm_form(code) else ""


def pointed_codes(line: ServiceLine, context: Context) -> tuple[str, ...]:
    """Return the ICD-10-CM codes that a line points to; none if a pointer or a code is invalid.

    Other edits report such pointers and codes; until they are corrected, it is unknown what was meant.
    """
    claim = context.claim
    if any(pointer.strip() and claim.diagnosis(pointer) is None for pointer in line.pointers):
        return ()
    codes = tuple(code_of(diagnosis) for diagnosis in claim.diagnoses_of(line))
    return codes if all(codes) else ()


def codes_to_support(
    line: ServiceLine, context: Context, procedures: Container[str], waived: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Return the codes that a line points to if they must support what it bills, else none.

    They need not for other procedures, voided claims, wastage, ingredients of a compound, and lines with a
    modifier for services billed with no payment expected (``waived``). Whether someone else supplied the drug
    is left to the caller, see `unless_supplied`.
    """
    if line.hcpcs not in procedures or context.claim.frequency == _VOID:
        return ()
    if line.is_wastage or line.has_modifier(*waived) or is_compound(line):
        return ()
    return pointed_codes(line, context)


def verdict_of(
    line: ServiceLine, context: Context, procedures: Container[str]
) -> ArticleVerdict | Unchecked | None:
    """Return what the articles say about a line of these procedures; ``None`` if none of them decides."""
    codes = codes_to_support(line, context, procedures, context["waived"])
    return verdict_on(line, codes, context) if codes else None


def verdict_on(
    line: ServiceLine, codes: tuple[str, ...], context: Context
) -> ArticleVerdict | Unchecked | None:
    """Return what the articles for a line say about its diagnoses; ``None`` if none of them decides.

    Even a partial table has all articles for the procedures in the set ``articles_known``.
    """
    day, state = line.service.start if line.service else None, mac_state(line, context)
    if day is None:
        return Unchecked("the date of service of a line is missing or unreadable")
    if not state:
        return Unchecked("the state where the service was rendered is not on the claim")
    all_known = line.is_in("articles_known", context.codes)
    answer = context.tables.aside.articles(line.hcpcs, state, day, all_known=all_known)
    if answer.uncovered and not is_supplied_elsewhere(line):
        # Once more, so that it is reported.
        context.tables.articles(line.hcpcs, state, day, all_known=all_known)
    deciding = tuple(a for a in answer.records if not _COVERED.isdisjoint(a.roles.values()))
    deciding = deciding or tuple(a for a in answer.records if a.roles)
    if not deciding:
        return None
    support, alone = _support(codes, deciding, context)
    if support not in (Support.FULL, Support.UNKNOWN) and not all(a.is_whole for a in deciding):
        return Unchecked("an article gives diagnoses in words or ranges, which cannot be looked up")
    return ArticleVerdict(line, codes, deciding, support, alone)


def unsupported_hit(verdict: ArticleVerdict, context: Context, variant: str = "") -> Hit:
    """Return a hit on a line whose diagnoses are not listed; name one on the claim that is, if any."""
    line, listed = verdict.line, {code for article in verdict.articles for code in supporting(article)}
    names = ", ".join(f"{article.article} ({article.contractor})" for article in verdict.articles)
    message = (
        f"Line {line.index}: {line.procedure} is {'not covered' if listed else 'excluded'} "
        f"for {', '.join(verdict.codes)} under Medicare article {names}."
    )
    alternative = unlinked_alternative(line, context, lambda code: code in listed)
    return Hit(
        at=line.pointers[0],
        message=message + alternative,
        line=line,
        variant=variant,
        to_do="" if alternative else QUERY_PROVIDER,
    )


def unlinked_alternative(line: ServiceLine, context: Context, supports: Callable[[str], bool]) -> str:
    """Return a sentence on a diagnosis on the claim that would support the line but is not linked to it."""
    linked = context.claim.diagnoses_of(line)
    for diagnosis in context.claim.diagnoses:
        code = code_of(diagnosis)
        if code and diagnosis not in linked and supports(code):
            return (
                f" Diagnosis {diagnosis.position} ({code}) would support it, but is not linked to the line."
            )
    return ""


def _missing_companion(verdict: ArticleVerdict) -> Hit:
    """Return a hit on a diagnosis that counts only with another one, which the claim does not have."""
    line, names = verdict.line, ", ".join(article.article for article in verdict.articles)
    message = (
        f"Line {line.index}: Medicare article {names} covers {line.procedure} for {verdict.alone} "
        "only with another diagnosis, which is not on the claim."
    )
    return Hit(at=line.pointers[0], message=message, line=line)


def supporting(article: CoverageArticle) -> Iterator[str]:
    """Return the diagnoses that support a procedure by themselves."""
    covered = (code for code, role in article.roles.items() if role in ("covered", "covered-primary"))
    return (code for code in covered if code not in article.asterisked)


def _support(
    codes: Sequence[str], articles: Sequence[CoverageArticle], context: Context
) -> tuple[Support, str]:
    """Return the best support that any article gives any of the codes."""
    best, alone = Support.NONE, ""
    for article in articles:
        for code in codes:
            support = _support_of(code, article, context)
            if support.value < best.value:
                best, alone = support, code
    if best is Support.NONE and any(_is_near(code, article) for article in articles for code in codes):
        return Support.UNKNOWN, ""
    return best, alone if best is Support.PARTIAL else ""


def _support_of(code: str, article: CoverageArticle, context: Context) -> Support:
    role = article.roles.get(code)
    if role is None or role == "noncovered":
        # An article that only excludes diagnoses covers all others.
        only_excludes = role is None and _COVERED.isdisjoint(article.roles.values())
        return Support.FULL if only_excludes else Support.NONE
    if role not in ("covered", "covered-primary"):
        present = {code_of(diagnosis) for diagnosis in context.claim.diagnoses}
        if role == "covered-together":
            companions = {other for other, its in article.roles.items() if its == role}
            return Support.FULL if companions <= present else Support.PARTIAL
        primary = any(article.roles.get(other) == "covered-primary" for other in present)
        if not primary:
            return Support.PARTIAL
    return Support.CONDITIONAL if code in article.asterisked else Support.FULL


def _is_near(code: str, article: CoverageArticle) -> bool:
    """Return True if the code is the header of a listed one or has extra characters: not billable at all."""
    return any(
        listed != code and (listed.startswith(code) or code.startswith(listed)) for listed in article.roles
    )


def unsupported(line: ServiceLine, context: Context, procedures: Container[str]) -> Iterator[CheckResult]:
    """Yield a hit for a line whose diagnoses an article does not list, or lists only with another."""
    verdict = verdict_of(line, context, procedures)
    if isinstance(verdict, Unchecked):
        yield verdict
    elif verdict and verdict.support is Support.PARTIAL:
        yield _missing_companion(verdict)
    elif verdict and verdict.support is Support.NONE:
        yield unsupported_hit(verdict, context)
