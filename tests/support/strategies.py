"""Hypothesis strategies over the specs of ``x12build``, and named ways to break a claim.

``files`` is the one most tests want: the bytes of a file and what is known of each claim in it.

A file is drawn as a flat list of claims, each with the level at which it parts from the claim
before it (same patient, new patient, new subscriber … new interchange). No container can be empty
that way, sizes stay small without filtering, and examples shrink towards one claim in one envelope.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from .x12build import (
    BillingSpec,
    ClaimSpec,
    Delims,
    GroupSpec,
    InterchangeSpec,
    LineSpec,
    PatientSpec,
    SubscriberSpec,
    TransactionSpec,
    build,
    claim_total,
    mbi,
    npi,
)

# ---------------------------------------------------------------------------------------- facts


@dataclass(frozen=True, slots=True)
class Drug:
    """One container of a drug given SC or IM, with fitting units, NDC quantity and diagnoses."""

    hcpcs: str
    ndc: str
    units: str
    quantity: str
    unit: str
    single_dose: bool
    diagnoses: tuple[str, ...]


DRUGS = (
    Drug("J3420", "00143961901", "1", "1", "ML", False, ("E538", "D510", "D519")),
    Drug("J1885", "00409379501", "2", "1", "ML", True, ("M5450", "R519")),
    Drug("J0696", "00143985725", "4", "1", "UN", True, ("N390",)),
    Drug("J1200", "00641037625", "1", "1", "ML", True, ("L509",)),
    Drug("J3301", "00003029305", "4", "1", "ML", True, ("L239",)),
    Drug("J2550", "00641092925", "1", "1", "ML", True, ("R112",)),
    Drug("J2405", "00641607825", "4", "2", "ML", True, ("R112",)),
)
# Conditions of an office visit: any age, either sex, none that excludes another or a drug's.
VISIT_DIAGNOSES = ("I10", "E785", "K219", "E039", "F329")
# Stand-alone services that no E/M rule and no injection rule speaks of.
OTHER_SERVICES = ("36415", "71046", "76700")
VISITS = ("99212", "99213", "99214")
PAYERS = {
    "MB": (("MCB01", "MEDICARE PART B"),),
    "MC": (("MCD01", "STATE MEDICAID"),),
    "CI": (("LHP01", "LAUREL HEALTH PLAN"), ("TMB02", "TIMBERLINE MUTUAL")),
}
LAST_NAMES = ("LARKSPUR", "O'DELL", "VAN HOLT", "FENWICK", "ROOK", "TARN", "MARLOWE")
FIRST_NAMES = ("ALDER", "JUNIPER", "SORREL", "BRAM", "ISOLDE", "PERRY", "TAMSIN")
STREETS = ("48 MEADOW LN", "7 KESTREL CT", "1200 OLD MILL RD APT 4", "33 BIRCH ST")
PLACES = (("COLUMBUS", "OH", "43215"), ("MADISON", "WI", "537030210"), ("BOISE", "ID", "83702"))

# Every claim of a file has a day of its own, so that no unit limit or duplicate rule can see two
# claims of one patient on one date. All days lie within 90 days before 2026-06-30, the shortest
# filing limit in use, and before 2026-06-01.
_FIRST_DAY = date(2026, 4, 6)
_DAYS = 52
FUTURE_DATE = "20261207"

_DATA_BYTES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .-'"
_PRINTABLE = tuple(bytes([byte]) for byte in b'*:^~|><!+&;,?=%@_{}\\`#$()[]/"')
_CONTROL = (b"\x1c", b"\x1d", b"\x1e", b"\x1f", b"\t")
assert not set(b"".join(_PRINTABLE + _CONTROL)) & set(_DATA_BYTES)


# --------------------------------------------------------------------------------------- faults


@dataclass(frozen=True, slots=True)
class Fault:
    """A named way to spoil one claim. ``spoil`` returns None where the claim offers no place."""

    name: str
    spoil: Callable[[ClaimSpec], ClaimSpec | None]


def _is_injection_part(line: LineSpec) -> bool:
    return bool(line.ndc) or line.procedure == "96372"


def _change_line(
    claim: ClaimSpec,
    wanted: Callable[[LineSpec], bool],
    change: Callable[[LineSpec], LineSpec],
) -> ClaimSpec | None:
    """The claim with its first ``wanted`` line changed; None when there is none."""
    for place, line in enumerate(claim.lines):
        if wanted(line):
            lines = (*claim.lines[:place], change(line), *claim.lines[place + 1 :])
            return replace(claim, lines=lines)
    return None


def _change_pointers(claim: ClaimSpec, change: Callable[[LineSpec], LineSpec]) -> ClaimSpec | None:
    """Change a line outside the injection if there is one: the pairing then stays as it was."""
    outside = _change_line(claim, lambda line: not _is_injection_part(line), change)
    return outside or _change_line(claim, lambda _line: True, change)


def _total_off_by_one(claim: ClaimSpec) -> ClaimSpec:
    return replace(claim, total_override=f"{claim_total(claim) + Decimal('0.01'):f}")


def _pointer_to_nothing(claim: ClaimSpec) -> ClaimSpec | None:
    # Pointers of the built claims go to four diagnoses at most, so 9 is never there; it is added
    # behind the good ones, so that nothing else about the line becomes wrong.
    def change(line: LineSpec) -> LineSpec:
        return replace(line, pointer_text=":".join([*map(str, line.pointers[:3]), "9"]))

    return None if len(claim.diagnoses) >= 9 else _change_pointers(claim, change)


def _pointer_missing(claim: ClaimSpec) -> ClaimSpec | None:
    return _change_pointers(claim, lambda line: replace(line, pointer_text=""))


def _npi_check_digit(claim: ClaimSpec) -> ClaimSpec:
    good = claim.rendering_npi
    return replace(claim, rendering_npi_text=good[:-1] + str((int(good[-1]) + 1) % 10))


def _replacement_without_original(claim: ClaimSpec) -> ClaimSpec:
    return replace(claim, frequency="7", original_reference="")


def _future_date(claim: ClaimSpec) -> ClaimSpec:
    # All lines move: one alone would also part an injection from its drug.
    return replace(claim, lines=tuple(replace(line, date=FUTURE_DATE) for line in claim.lines))


def _with_ndc(change: Callable[[LineSpec], LineSpec]) -> Callable[[ClaimSpec], ClaimSpec | None]:
    return lambda claim: _change_line(claim, lambda line: bool(line.ndc), change)


# Each of these must be rejected: no repair is without judgement.
FAULTS = (
    Fault("claim-total-off", _total_off_by_one),
    Fault("pointer-to-nothing", _pointer_to_nothing),
    Fault("pointer-missing", _pointer_missing),
    Fault("npi-check-digit", _npi_check_digit),
    Fault("replacement-without-original", _replacement_without_original),
    Fault("future-date", _future_date),
    # Ten digits without hyphens: where the missing zero belongs cannot be known.
    Fault("ndc-ten-digits", _with_ndc(lambda line: replace(line, ndc_text=line.ndc[1:]))),
)


def _hyphens_5_4_2(line: LineSpec) -> LineSpec:
    return replace(line, ndc_text=f"{line.ndc[:5]}-{line.ndc[5:9]}-{line.ndc[9:]}")


def _hyphens_4_4_2(line: LineSpec) -> LineSpec:
    return replace(line, ndc_text=f"{line.ndc[1:5]}-{line.ndc[5:9]}-{line.ndc[9:]}")


def _diagnosis_with_dot(claim: ClaimSpec) -> ClaimSpec | None:
    for place, code in enumerate(claim.diagnoses):
        if len(code) > 3:
            dotted = f"{code[:3]}.{code[3:]}"
            written = (*claim.diagnoses[:place], dotted, *claim.diagnoses[place + 1 :])
            return replace(claim, diagnosis_text=written)
    return None


def _diagnosis_lower_case(claim: ClaimSpec) -> ClaimSpec:
    written = (claim.diagnoses[0].lower(), *claim.diagnoses[1:])
    return replace(claim, diagnosis_text=written)


def _npi_with_dashes(claim: ClaimSpec) -> ClaimSpec:
    good = claim.rendering_npi
    return replace(claim, rendering_npi_text=f"{good[:4]}-{good[4:7]}-{good[7:]}")


# Each of these is mended without judgement; the claim is then as clean as before.
SAFE_FAULTS = (
    Fault("ndc-hyphens-5-4-2", _with_ndc(_hyphens_5_4_2)),
    # The dropped digit must be the zero that the repair puts back.
    Fault(
        "ndc-hyphens-4-4-2",
        lambda claim: _change_line(claim, lambda line: line.ndc.startswith("0"), _hyphens_4_4_2),
    ),
    Fault("diagnosis-with-dot", _diagnosis_with_dot),
    Fault("diagnosis-lower-case", _diagnosis_lower_case),
    Fault(
        "ndc-unit-lower-case",
        _with_ndc(lambda line: replace(line, ndc_unit=line.ndc_unit.lower())),
    ),
    Fault("npi-with-dashes", _npi_with_dashes),
    Fault("ndc-qualifier-empty", _with_ndc(lambda line: replace(line, ndc_qualifier=""))),
)


def faults() -> st.SearchStrategy[Fault]:
    """A fault that must be rejected."""
    return st.sampled_from(FAULTS)


def safe_faults() -> st.SearchStrategy[Fault]:
    """A fault that a safe repair mends."""
    return st.sampled_from(SAFE_FAULTS)


# ------------------------------------------------------------------------------ lines and claims


def _charges() -> st.SearchStrategy[Decimal]:
    return st.integers(min_value=100, max_value=99_999).map(lambda cents: Decimal(cents) / 100)


@st.composite
def drug_lines(
    draw: st.DrawFn, drug: Drug, *, filing_code: str, day: str, pointers: tuple[int, ...]
) -> LineSpec:
    """The line of ``drug`` as the payer of ``filing_code`` wants it."""
    # Medicare wants JZ where nothing of a single-dose container was thrown away.
    modifiers = ("JZ",) if filing_code == "MB" and drug.single_dose else ()
    return LineSpec(
        procedure=drug.hcpcs,
        modifiers=modifiers,
        charge=draw(_charges()),
        units=drug.units,
        date=day,
        pointers=pointers,
        ndc=drug.ndc,
        ndc_quantity=drug.quantity,
        ndc_unit=drug.unit,
    )


@st.composite
def claims(
    draw: st.DrawFn, *, control_number: str, filing_code: str = "CI", day: str = "20260415"
) -> ClaimSpec:
    """One clean claim: injections with their drugs, a visit, other services; all on ``day``."""
    drugs = draw(st.lists(st.sampled_from(DRUGS), max_size=3, unique_by=lambda drug: drug.hcpcs))
    visit = draw(st.none() | st.sampled_from(VISITS))
    others = draw(st.lists(st.sampled_from(OTHER_SERVICES), max_size=2, unique=True))
    if not (drugs or visit or others):
        visit = VISITS[0]

    # dict.fromkeys keeps the order and drops repeats: two drugs may share a diagnosis.
    chosen = {drug.hcpcs: draw(st.sampled_from(drug.diagnoses)) for drug in drugs}
    diagnoses = list(dict.fromkeys(chosen.values()))
    visit_pointers: tuple[int, ...] = ()
    if visit or others:
        diagnoses.append(draw(st.sampled_from(VISIT_DIAGNOSES)))
        visit_pointers = tuple(draw(st.permutations(range(1, len(diagnoses) + 1))))[:4]

    lines: list[LineSpec] = []
    if visit:
        modifiers = ("25",) if drugs else ()
        lines.append(LineSpec(visit, draw(_charges()), day, modifiers=modifiers, pointers=visit_pointers))
    given: list[LineSpec] = []
    for drug in drugs:
        pointers = (diagnoses.index(chosen[drug.hcpcs]) + 1,)
        given.append(draw(drug_lines(drug, filing_code=filing_code, day=day, pointers=pointers)))
    if drugs:
        shared = tuple(dict.fromkeys(pointer for line in given for pointer in line.pointers))
        administration = LineSpec("96372", draw(_charges()), day, units=str(len(drugs)), pointers=shared)
        before = draw(st.booleans())
        lines += [administration, *given] if before else [*given, administration]
    lines += [LineSpec(other, draw(_charges()), day, pointers=visit_pointers) for other in others]
    if draw(st.booleans()):
        lines = [
            replace(line, control_number=f"{control_number}L{place}")
            for place, line in enumerate(lines, start=1)
        ]
    return ClaimSpec(
        control_number=control_number,
        lines=tuple(lines),
        diagnoses=tuple(diagnoses),
        rendering_npi=npi(20000000 + draw(st.integers(1, 9999))),
        rendering_last=draw(st.sampled_from(LAST_NAMES)),
        note=draw(st.sampled_from(("", "", "PATIENT SEEN BY APPOINTMENT"))),
    )


# ---------------------------------------------------------------------------------------- files


@st.composite
def delims(draw: st.DrawFn, *, control_characters: bool = True) -> Delims:
    """Distinct delimiters that never occur in the data, and any line end that can be read back.

    Without ``control_characters`` these are printable, but for a line end as the terminator:
    pyx12 (unlike X12) refuses control characters in ISA11 and ISA16.
    """
    printable = _PRINTABLE + (_CONTROL if control_characters else ())
    usual = st.just((b"*", b":", b"^", b"~"))
    odd = st.permutations(printable).map(lambda some: tuple(some[:4]))
    element, component, repetition, terminator = draw(usual | odd)
    # Only the terminator may be a line end: readers skip line ends around segments.
    terminator = draw(st.sampled_from((terminator, terminator, terminator, b"\n", b"\r")))
    # A line feed after a terminator that is itself a line end would be read as part of it.
    newline = b"" if terminator in b"\r\n" else draw(st.sampled_from((b"", b"\n", b"\r\n")))
    return Delims(element, component, repetition, terminator, newline)


# The levels at which a claim may part from the one before it, innermost first.
_LEVELS = ("claim", "patient", "subscriber", "billing", "transaction", "group", "interchange")


@dataclass(frozen=True, slots=True)
class ClaimInfo:
    """What a test may know of one claim of a file, in the order of the file."""

    control_number: str
    is_faulty: bool
    """must be rejected; a claim that a safe repair mends is not faulty"""
    total_charge: Decimal
    """CLM02 as written"""
    in_patient_loop: bool
    transaction: str
    """ST02; it may begin anew in each group"""
    interchange: str = ""
    """ISA13"""
    group: str = ""
    """GS06"""
    fault: str = ""
    """the name of the fault, or of the mendable one, or empty"""
    needs_repair: bool = False


@dataclass(slots=True)
class _Placed:
    """One drawn claim and where it begins something new; mutable only while a file is drawn."""

    level: int
    claim: ClaimSpec
    in_patient_loop: bool
    filing_code: str
    payer: tuple[str, str]
    person: int
    patient: int


@st.composite
def interchanges(
    draw: st.DrawFn,
    *,
    max_claims: int = 6,
    filing_codes: tuple[str, ...] = ("MB", "MC", "CI"),
    mixed_subscribers: bool = True,
    with_faults: bool = False,
    with_safe_faults: bool = False,
) -> tuple[tuple[InterchangeSpec, ...], tuple[ClaimInfo, ...]]:
    """Interchanges that hold one to ``max_claims`` claims, and what is known of each claim.

    ``mixed_subscribers`` allows a subscriber with claims of its own and dependants with claims.
    Medicare subscribers never have dependants.
    """
    placed: list[_Placed] = []
    spoiled: dict[str, tuple[str, bool]] = {}
    for count in range(draw(st.integers(1, max_claims))):
        level = draw(st.integers(0, len(_LEVELS) - 1)) if placed else len(_LEVELS) - 1
        if level == 1 and (
            placed[-1].filing_code == "MB" or not (mixed_subscribers or placed[-1].in_patient_loop)
        ):
            level = 0
        if level >= 2:
            filing_code = draw(st.sampled_from(filing_codes))
            payer = draw(st.sampled_from(PAYERS[filing_code]))
            in_patient_loop = filing_code != "MB" and draw(st.booleans())
        else:
            before = placed[-1]
            filing_code, payer = before.filing_code, before.payer
            in_patient_loop = before.in_patient_loop or level == 1
        day = (_FIRST_DAY + timedelta(days=count % _DAYS)).strftime("%Y%m%d")
        claim = draw(claims(control_number=f"CLM{count + 1:05d}", filing_code=filing_code, day=day))
        claim, name, must_reject = _perhaps_spoil(draw, claim, with_faults, with_safe_faults)
        if name:
            spoiled[claim.control_number] = (name, must_reject)
        people = (draw(st.integers(0, 999)), draw(st.integers(0, 999)))
        placed.append(_Placed(level, claim, in_patient_loop, filing_code, payer, people[0], people[1]))
    restart = draw(st.booleans())
    specs = tuple(_nest(placed, restart_transactions=restart))
    return specs, tuple(_infos(specs, spoiled))


def _perhaps_spoil(
    draw: st.DrawFn, claim: ClaimSpec, with_faults: bool, with_safe_faults: bool
) -> tuple[ClaimSpec, str, bool]:
    """The claim, sometimes with one fault: its name, and whether it must be rejected."""
    choices: list[tuple[Fault, bool]] = []
    if with_faults:
        choices += [(fault, True) for fault in FAULTS]
    if with_safe_faults:
        choices += [(fault, False) for fault in SAFE_FAULTS]
    if not choices or draw(st.booleans()):
        return claim, "", False
    fault, must_reject = draw(st.sampled_from(choices))
    bad = fault.spoil(claim)
    return (claim, "", False) if bad is None else (bad, fault.name, must_reject)


def _split(placed: list[_Placed], level: int) -> Iterator[list[_Placed]]:
    """The runs of claims that belong to one container of ``level``."""
    run: list[_Placed] = []
    for item in placed:
        if run and item.level >= level:
            yield run
            run = []
        run.append(item)
    yield run


def _nest(placed: list[_Placed], *, restart_transactions: bool) -> Iterator[InterchangeSpec]:
    """The nested specs of a flat list; ST02 counts from 1 in each group or through the file."""
    group_number = transaction_number = billing_number = subscriber_number = 0
    for interchange_number, in_interchange in enumerate(_split(placed, 6), start=1):
        groups = []
        for in_group in _split(in_interchange, 5):
            group_number += 1
            transaction_number = 0 if restart_transactions else transaction_number
            transactions = []
            for in_transaction in _split(in_group, 4):
                transaction_number += 1
                billings = []
                for in_billing in _split(in_transaction, 3):
                    billing_number += 1
                    subscribers = []
                    for run in _split(in_billing, 2):
                        subscriber_number += 1
                        subscribers.append(_subscriber(run, subscriber_number))
                    billings.append(BillingSpec(npi(billing_number), tuple(subscribers)))
                control = f"{transaction_number:04d}"
                transactions.append(TransactionSpec(control, tuple(billings)))
            groups.append(GroupSpec(str(group_number), tuple(transactions)))
        yield InterchangeSpec(f"{interchange_number:09d}", tuple(groups))


def _subscriber(run: list[_Placed], subscriber_number: int) -> SubscriberSpec:
    """The subscriber whose own and whose dependants' claims are in ``run``."""
    first = run[0]
    dependants = [item for item in run if item.in_patient_loop]
    patients = tuple(_patient(group) for group in (_split(dependants, 1) if dependants else ()))
    city, state, zip_code = PLACES[first.person % len(PLACES)]
    medicare = first.filing_code == "MB"
    member_id = mbi(subscriber_number) if medicare else f"LHP{subscriber_number:09d}"
    return SubscriberSpec(
        filing_code=first.filing_code,
        payer_id=first.payer[0],
        payer_name=first.payer[1],
        claims=tuple(item.claim for item in run if not item.in_patient_loop),
        patients=patients,
        member_id=member_id,
        last=LAST_NAMES[first.person % len(LAST_NAMES)],
        first=FIRST_NAMES[first.person // 7 % len(FIRST_NAMES)],
        birth=f"{1940 + first.person % 45}{1 + first.person % 12:02d}15",
        sex="FM"[first.person % 2],
        street=STREETS[first.person % len(STREETS)],
        city=city,
        state=state,
        zip_code=zip_code,
    )


def _patient(run: list[_Placed]) -> PatientSpec:
    """The dependant whose claims are ``run``."""
    who = run[0].patient
    return PatientSpec(
        claims=tuple(item.claim for item in run),
        first=FIRST_NAMES[who % len(FIRST_NAMES)],
        last=LAST_NAMES[who // 7 % len(LAST_NAMES)],
        birth=f"{2000 + who % 20}{1 + who % 12:02d}09",
        sex="FM"[who % 2],
    )


def _infos(specs: tuple[InterchangeSpec, ...], spoiled: dict[str, tuple[str, bool]]) -> Iterator[ClaimInfo]:
    """What is known of each claim, in the order in which ``build`` writes them."""
    for interchange in specs:
        for group in interchange.groups:
            for transaction in group.transactions:
                for billing in transaction.billings:
                    for subscriber in billing.subscribers:
                        own = [(claim, False) for claim in subscriber.claims]
                        theirs = [
                            (claim, True) for patient in subscriber.patients for claim in patient.claims
                        ]
                        for claim, in_patient_loop in own + theirs:
                            name, must_reject = spoiled.get(claim.control_number, ("", False))
                            yield ClaimInfo(
                                control_number=claim.control_number,
                                is_faulty=bool(name) and must_reject,
                                total_charge=claim_total(claim),
                                in_patient_loop=in_patient_loop,
                                transaction=transaction.control,
                                interchange=interchange.control,
                                group=group.control,
                                fault=name,
                                needs_repair=bool(name) and not must_reject,
                            )


@st.composite
def files(
    draw: st.DrawFn,
    *,
    max_claims: int = 6,
    filing_codes: tuple[str, ...] = ("MB", "MC", "CI"),
    mixed_subscribers: bool = True,
    with_faults: bool = False,
    with_safe_faults: bool = False,
    any_delims: bool = True,
    control_characters: bool = True,
) -> tuple[bytes, list[ClaimInfo]]:
    """The bytes of a file and what is known of its claims, in the order of the file.

    ``control_characters`` is that of ``delims``; the other options are those of ``interchanges``.
    """
    specs, infos = draw(
        interchanges(
            max_claims=max_claims,
            filing_codes=filing_codes,
            mixed_subscribers=mixed_subscribers,
            with_faults=with_faults,
            with_safe_faults=with_safe_faults,
        )
    )
    chosen = draw(delims(control_characters=control_characters)) if any_delims else Delims()
    return build(specs, chosen), list(infos)
