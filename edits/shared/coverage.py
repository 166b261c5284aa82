"""Decide whether the diagnoses of a line support what it bills, by the articles of the coverage database.

An article lists diagnoses for a procedure and applies in the states of its MAC. This module is the mechanism
only; each edit decides which procedures it checks and how severe a hit is.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from enum import Enum, auto

from msgspec import Struct

from scrubber.claim.model import Claim, ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere, is_wastage
from scrubber.claim.parts import Diagnosis
from scrubber.engine.context import Context
from scrubber.engine.finding import CheckResult, Hit, Unchecked
from scrubber.tables import has_icd10cm_form
from scrubber.tables.rows import CoverageArticle

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


def pointed_codes(claim: Claim, line: ServiceLine) -> tuple[str, ...]:
    """Return the ICD-10-CM codes that a line points to; none if a pointer or a code is invalid.

    Other edits report such pointers and codes; until they are corrected, it is unknown what was meant.
    """
    if any(pointer.strip() and claim.diagnosis(pointer) is None for pointer in line.pointers):
        return ()
    codes = tuple(code_of(diagnosis) for diagnosis in claim.diagnoses_of(line))
    return codes if all(codes) else ()


def lines_to_support(
    claim: Claim, procedures: Container[str], waived: Iterable[str]
) -> Iterator[tuple[ServiceLine, tuple[str, ...]]]:
    """Yield the lines that bill these procedures for payment, with the codes that they point to.

    Leave out voided claims, no-cost drugs, wastage, ingredients of a compound, and lines with a modifier
    for services billed with no payment expected (``waived``).
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
    """Yield what the articles say about each line of these procedures; skip lines that none decides."""
    for line, codes in lines_to_support(claim, procedures, context["waived"]):
        verdict = verdict_on(claim, line, codes, context)
        if verdict is not None:
            yield verdict


def verdict_on(
    claim: Claim, line: ServiceLine, codes: tuple[str, ...], context: Context
) -> ArticleVerdict | Unchecked | None:
    """Return what the articles for a line say about its diagnoses; ``None`` if none of them decides.

    Even a partial table has all articles for the procedures in the set ``articles_known``.
    """
    day, state = line.service.start if line.service else None, claim.state_of(line)
    if day is None:
        return Unchecked("the date of service of a line is missing or unreadable")
    if not state:
        return Unchecked("the state where the service was rendered is not on the claim")
    all_known = context.codes.is_in("articles_known", line.hcpcs)
    answer = context.tables.articles(line.hcpcs, state, day, all_known=all_known)
    deciding = tuple(a for a in answer.records if not _COVERED.isdisjoint(a.roles.values()))
    deciding = deciding or tuple(a for a in answer.records if a.roles)
    if not deciding:
        return None
    support, alone = _support(claim, codes, deciding)
    if support not in (Support.FULL, Support.UNKNOWN) and not all(a.is_whole for a in deciding):
        return Unchecked("an article gives diagnoses in words or ranges, which cannot be looked up")
    return ArticleVerdict(line, codes, deciding, support, alone)


def unsupported_hit(claim: Claim, verdict: ArticleVerdict, variant: str = "") -> Hit:
    """Return a hit on a line whose diagnoses are not listed; name one on the claim that is, if any."""
    line, listed = verdict.line, {code for article in verdict.articles for code in supporting(article)}
    names = ", ".join(f"{article.article} ({article.contractor})" for article in verdict.articles)
    message = (
        f"Line {line.index}: {line.procedure} is {'not covered' if listed else 'excluded'} "
        f"for {', '.join(verdict.codes)} under Medicare article {names}."
    )
    alternative = unlinked_alternative(claim, line, lambda code: code in listed)
    return Hit(
        at=line.pointers[0],
        message=message + alternative,
        line=line,
        variant=variant,
        to_do="" if alternative else QUERY_PROVIDER,
    )


def unlinked_alternative(claim: Claim, line: ServiceLine, supports: Callable[[str], bool]) -> str:
    """Return a sentence on a diagnosis on the claim that would support the line but is not linked to it."""
    linked = claim.diagnoses_of(line)
    for diagnosis in claim.diagnoses:
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


def _support(claim: Claim, codes: Sequence[str], articles: Sequence[CoverageArticle]) -> tuple[Support, str]:
    """Return the best support that any article gives any of the codes."""
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
        # An article that only excludes diagnoses covers all others.
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
    """Return True if the code is the header of a listed one or has extra characters: not billable at all."""
    return any(
        listed != code and (listed.startswith(code) or code.startswith(listed)) for listed in article.roles
    )


def unsupported(claim: Claim, context: Context, procedures: Container[str]) -> Iterator[CheckResult]:
    """Yield a hit for each line whose diagnoses an article does not list, or lists only with another."""
    for verdict in verdicts(claim, context, procedures):
        if isinstance(verdict, Unchecked):
            yield verdict
        elif verdict.support is Support.PARTIAL:
            yield _missing_companion(verdict)
        elif verdict.support is Support.NONE:
            yield unsupported_hit(claim, verdict)
