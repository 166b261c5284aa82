"""Answers with a known truth: an 837 whose claims are each a scenario, and what payers say to them.

A `Scenario` says which edit fires on a claim (by the first letter of its number, see `EDITS`), what the payer
does with its first line, and what the feedback must make of it. The second line is always paid. `sent` writes
the 837; `remittances`, `acknowledged` and `received` write the 835, 277CA and 999 to it, all sums exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from scrubber.api import make_policy
from scrubber.engine.policy import Policy, Suppression
from tests.support.running import AS_OF, write_edits
from tests.support.x12build import (
    BillingSpec,
    ClaimSpec,
    GroupSpec,
    InterchangeSpec,
    LineSpec,
    SubscriberSpec,
    TransactionSpec,
    build,
    npi,
)

PAYERS = ("PAYER1", "PAYER2")
DAY = "20260511"
PAID_ON = "20260612"
_EDIT = '''\
"""Claims whose number begins with {letter}."""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

edit = Edit(
    id="{id}", title="Begins with {letter}", snip=7, severity="{severity}", sources=("this test",),
    denials={denials}, claim_status={statuses},
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    if claim.control_number.startswith("{letter}"):
        line = claim.lines[0]
        yield {result}
'''
_HIT = 'Hit(at=line.procedure, line=line, message="So it begins.")'
_UNCHECKED = 'Unchecked("the list is not imported")'
EDITS: dict[str, tuple[str, str, tuple[str, ...], tuple[str, ...], str]] = {
    "R": ("TEST-11", "reject", ("CO-4",), (), _HIT),
    "W": ("TEST-12", "warn", ("CO-11",), (), _HIT),
    "O": ("TEST-13", "reject", ("CO-97", "M15"), (), _HIT),
    "F": ("TEST-14", "reject", ("CO-151",), (), _HIT),
    "U": ("TEST-15", "reject", ("CO-181",), (), _UNCHECKED),
    "S": ("TEST-16", "reject", ("CO-16", "N290"), ("A7:562:82",), _HIT),
}
"""By the first letter of a claim's number: id, severity, denial codes, claim statuses, what it yields."""
_PACK = """\
id = "testing"
title = "Testing"
version = "1"
extends = "base"

[edits.TEST-14]
enabled = false
"""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens to a claim. ``adjustments`` take away from its first line, by group and CARC.

    A share of 100 takes everything. ``then`` are what the payer does after: ``reverse`` or ``pay``.
    ``changed`` is the procedure that the payer puts in place of the billed one. ``is_rejected`` by the 277CA.
    """

    letter: str
    adjustments: tuple[tuple[str, str, int], ...] = ()
    remarks: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    changed: str = ""
    is_rejected: bool = False
    at_claim: bool = False


CONTRACT = (("CO", "45", 20),)
SCENARIOS = {
    "paid": Scenario("P", CONTRACT),
    "deductible": Scenario("P", (("PR", "1", 100),)),
    "caught": Scenario("R", (("CO", "4", 100),)),
    "caught, code of another group": Scenario("R", (("PI", "04", 100),)),
    "caught, bundled into another code": Scenario("R", (("CO", "4", 100),), changed="99999"),
    "caught by its remark": Scenario("S", (("CO", "16", 100),), ("N290",)),
    "false alarm": Scenario("R", CONTRACT),
    "held, denied for coverage": Scenario("R", (("CO", "27", 100),)),
    "held, general code with another remark": Scenario("S", (("CO", "16", 100),), ("M76",)),
    "warned": Scenario("W", (("CO", "11", 100),)),
    "warned, paid": Scenario("W", CONTRACT),
    "overridden": Scenario("O", (("CO", "97", 100),), ("M15",)),
    "off": Scenario("F", (("CO", "151", 40), ("CO", "45", 10))),
    "unchecked": Scenario("U", (("CO", "181", 100),)),
    "no edit": Scenario("P", (("CO", "50", 100),), ("N115",)),
    "no edit, whole claim": Scenario("P", (("CO", "50", 100),), at_claim=True),
    "coverage": Scenario("P", (("PR", "27", 100),)),
    "unclassified": Scenario("P", (("CO", "999", 100),)),
    "denied, reversed, paid": Scenario("P", (("CO", "50", 100),), then=("reverse", "pay")),
    "taken back": Scenario("P", CONTRACT, then=("reverse",)),
    "rejected": Scenario("S", is_rejected=True),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A claim: its scenario, number, payer, and the cents of its two lines."""

    name: str
    number: str
    payer: str
    charges: tuple[int, int]
    has_control_numbers: bool

    @property
    def scenario(self) -> Scenario:
        return SCENARIOS[self.name]

    @property
    def icn(self) -> str:
        return f"ICN{self.number}"


def cases(counts: Iterable[tuple[str, int]]) -> list[Case]:
    """So many claims of each scenario; charges differ, and so do payers."""
    made: list[Case] = []
    for name, count in counts:
        for _ in range(count):
            serial = len(made) + 1
            made.append(
                Case(
                    name,
                    f"{SCENARIOS[name].letter}{serial:06d}",
                    PAYERS[serial % 2],
                    (10_001 + 7 * serial, 5_003 + serial),
                    serial % 3 > 0,
                )
            )
    return made


def policy(folder: Path) -> Policy:
    """Only the edits of `EDITS`, under a pack that switches one off, and with an override of another."""
    edits = write_edits(folder / "edits")
    for letter, (id_, severity, denials, statuses, result) in EDITS.items():
        text = _EDIT.format(
            letter=letter, id=id_, severity=severity, denials=denials, statuses=statuses, result=result
        )
        path = edits / f"begins_with_{letter.lower()}.py"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
    packs = edits / "packs"
    packs.mkdir(mode=0o700)
    (packs / "testing.toml").write_text(_PACK, encoding="utf-8")
    (packs / "testing.toml").chmod(0o600)
    made = make_policy(as_of=AS_OF, edits=[edits], select=["TEST"], pack="testing")
    return replace(made, suppressions=(Suppression("TEST-13", "accepted", "the office"),))


def sent(made: Sequence[Case], control: str = "000000001", group: str = "1") -> bytes:
    """The 837 with these claims."""
    subscribers = tuple(
        SubscriberSpec("CI", case.payer, (_claim(case),), member_id=f"LHP{case.number}") for case in made
    )
    billing = BillingSpec(npi(20000000), subscribers)
    transaction = TransactionSpec("0001", (billing,))
    return build([InterchangeSpec(control, (GroupSpec(group, (transaction,)),))])


def _claim(case: Case) -> ClaimSpec:
    lines: tuple[LineSpec, ...] = (
        LineSpec("99213", Decimal(case.charges[0]).scaleb(-2), DAY, ("25",)),
        LineSpec("96372", Decimal(case.charges[1]).scaleb(-2), DAY),
    )
    if case.has_control_numbers:
        lines = tuple(replace(line, control_number=f"{case.number}L{at}") for at, line in enumerate(lines, 1))
    return ClaimSpec(case.number, lines, ("E538", "I10"))


def dollars(cents: int) -> str:
    """Cents as an amount of X12."""
    text = f"{Decimal(cents).scaleb(-2):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def enveloped(kind: str, guide: str, sets: Iterable[Iterable[str]], control: str = "000000077") -> bytes:
    """An interchange with transaction sets, each its segments between ST and SE."""
    code = {"835": "HP", "277": "HN", "999": "FA"}[kind]
    out = [
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'CLEARWAY':15}*ZZ*{'MILLBROOK':15}*260612*0900*^*00501*{control}*0*T*:",
        f"GS*{code}*CLEARWAY*MILLBROOK*20260612*0900*77*X*{guide}",
    ]
    count = 0
    for count, body in enumerate(sets, 1):
        segments = list(body)
        st03 = "" if kind == "835" else f"*{guide}"
        out += [f"ST*{kind}*{count:04d}{st03}", *segments, f"SE*{len(segments) + 2}*{count:04d}"]
    out += [f"GE*{count}*77", f"IEA*1*{control}"]
    return "".join(f"{segment}~\n" for segment in out).encode()


def remittances(made: Sequence[Case], extra: Sequence[str] = (), takeback: int = 0) -> bytes:
    """The 835 of both payers, one payment each; ``takeback`` is a WO of the first one, ``extra`` its segments
    after the claims.
    """
    sets = []
    for payer in PAYERS:
        claims = [case for case in made if case.payer == payer and not case.scenario.is_rejected]
        answers = [answer for case in claims for answer in answers_to(case)]
        reduced = takeback if payer == PAYERS[0] else 0
        total = sum(paid for paid, _ in answers) - reduced
        body = [*head_of_payment(payer, total), *(segment for _, part in answers for segment in part)]
        if reduced:
            body.append(f"PLB*{npi(20000000)}*20261231*WO:OLD*{dollars(reduced)}")
        sets.append([*body, *(extra if payer == PAYERS[0] else ())])
    return enveloped("835", "005010X221A1", sets)


def head_of_payment(payer: str, total: int) -> list[str]:
    """The segments of an 835 before its claims; ``total`` in cents."""
    return [
        f"BPR*I*{dollars(total)}*C*ACH*CCP*01*999999999*DA*1*1512345678**01*999999999*DA*2*{PAID_ON}",
        f"TRN*1*TRACE{payer}*1512345678",
        f"DTM*405*{PAID_ON}",
        f"N1*PR*LAUREL HEALTH PLAN*XV*{payer}",
        f"N1*PE*MILLBROOK FAMILY MEDICINE*XX*{npi(20000000)}",
        "LX*1",
    ]


def answers_to(case: Case) -> Iterator[tuple[int, list[str]]]:
    """What a payer says of a claim, in order: the cents that it pays, and the segments."""
    first = _answer(case, case.scenario.adjustments)
    yield first
    for step in case.scenario.then:
        if step == "reverse":
            yield _answer(case, case.scenario.adjustments, sign=-1)
        else:
            yield _answer(case, CONTRACT)


def _answer(case: Case, adjustments: Iterable[tuple[str, str, int]], sign: int = 1) -> tuple[int, list[str]]:
    scenario, (first, second) = case.scenario, case.charges
    taken = [(group, carc, sign * (first * share // 100)) for group, carc, share in adjustments]
    left = sign * first - sum(cents for _, _, cents in taken)
    paid = left + sign * second
    patient = sum(cents for group, _, cents in taken if group == "PR")
    status = "22" if sign < 0 else "1"
    casses = [f"CAS*{group}*{carc}*{dollars(cents)}" for group, carc, cents in taken]
    billed = "HC:99213:25"
    service = f"SVC*HC:{scenario.changed}" if scenario.changed else f"SVC*{billed}"
    original = f"**{billed}" if scenario.changed else ""
    clp = f"CLP*{case.number}*{status}*{dollars(sign * (first + second))}*{dollars(paid)}*{dollars(patient)}"
    line_paid = sign * first if scenario.at_claim else left
    # The 835 says who the patient is; nothing of the feedback may.
    return paid, [
        f"{clp}*CI*{case.icn}*11*1",
        *(casses if scenario.at_claim else ()),
        "NM1*QC*1*LARKSPUR*ALDER****MI*LHP1",
        f"{service}*{dollars(sign * first)}*{dollars(line_paid)}{original and '*' + original}",
        f"DTM*472*{DAY}",
        *(() if scenario.at_claim else casses),
        *([f"REF*6R*{case.number}L1"] if case.has_control_numbers else []),
        *(f"LQ*HE*{code}" for code in scenario.remarks),
        f"SVC*HC:96372*{dollars(sign * second)}*{dollars(sign * second)}",
        f"DTM*472*{DAY}",
        *([f"REF*6R*{case.number}L2"] if case.has_control_numbers else []),
    ]


def acknowledged(made: Sequence[Case], batch: str = "B1-0001") -> bytes:
    """The 277CA: it rejects the claims whose scenario says so, for the rendering provider's NPI."""
    body = [
        f"BHT*0085*08*{batch}*20260602*0900*TH",
        "HL*1**20*1", "NM1*PR*2*CLEARWAY*****46*CLEARWAY", "TRN*1*T1", "DTP*050*D8*20260602",
        "DTP*009*D8*20260602",
        "HL*2*1*21*1", "NM1*41*2*MILLBROOK BILLING OFFICE*****46*MILLBROOK", f"TRN*2*{batch}",
        "STC*A1:19:PR*20260602*WQ*1", "HL*3*2*19*1", f"NM1*85*2*MILLBROOK*****XX*{npi(20000000)}",
    ]  # fmt: skip
    for level, case in enumerate(made, 4):
        rejected = case.scenario.is_rejected
        status = "A7:562:82" if rejected else "A2:20:PR"
        body += [
            f"HL*{level}*3*PT",
            "NM1*QC*1*LARKSPUR*ALDER****MI*LHP1",
            f"TRN*2*{case.number}",
            f"STC*{status}*20260602*{'U' if rejected else 'WQ'}*{dollars(sum(case.charges))}",
            *(() if rejected else (f"REF*1K*{case.icn}",)),
            f"DTP*472*D8*{DAY}",
        ]
    return enveloped("277", "005010X214", [body])


def received(group: str = "1", code: str = "A") -> bytes:
    """The 999 of an 837."""
    body = [
        f"AK1*HC*{group}*005010X222A1",
        "AK2*837*0001*005010X222A1",
        f"IK5*{code}",
        f"AK9*{code}*1*1*{int(code == 'A')}",
    ]
    return enveloped("999", "005010X231A1", [body])
