"""What the generators of claims share: invented names, drugs, claims and their faults, and a writer.

Nobody here exists; NPIs and member ids only have the shape of real ones.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import BinaryIO, NamedTuple

MEGABYTE = 1_000_000

# fmt: off
LAST_NAMES = (
    "ABERNATHY", "BRACKEN", "CALLOWAY", "DUNMORE", "EASTLEY", "FENWICK", "GARROW", "HOLLIS",
    "INGRAM", "JESSUP", "KESTREL", "LARKSPUR", "MARLOWE", "NETTLES", "OAKES", "PENHALE", "QUILL",
    "ROOK", "SELWYN", "TARN", "UNDERHILL", "VESPER", "WREN", "YARROW",
)
FIRST_NAMES = (
    "ALDER", "BRAM", "CLOVER", "DARBY", "ELOWEN", "FLINT", "GREER", "HAZEL", "ISOLDE", "JUNIPER",
    "KIT", "LINNET", "MAREN", "NOVA", "ODALYS", "PERRY", "QUINN", "ROWAN", "SORREL", "TAMSIN",
    "UMA", "VALE", "WYNN", "ZADIE",
)
STREETS = (
    "MEADOW LN", "KESTREL CT", "OLD MILL RD", "BIRCH ST", "QUARRY RD", "HARBOR WAY", "ELM AVE",
)
# fmt: on
# City, state, ZIP.
PLACES = (
    ("COLUMBUS", "OH", "43215"),
    ("MADISON", "WI", "53703"),
    ("BOISE", "ID", "83702"),
    ("ALBANY", "NY", "12207"),
    ("SALEM", "OR", "97301"),
)
PRACTICES = ("MILLBROOK FAMILY MEDICINE", "QUARRY HILL CLINIC", "HARBOR INTERNAL MEDICINE")
COMMERCIAL = (("LHP01", "LAUREL HEALTH PLAN"), ("TMB02", "TIMBERLINE MUTUAL"))


class Drug(NamedTuple):
    """A dose of a drug as a line bills it, and the diagnoses for which it is given."""

    hcpcs: str
    units: str
    ndc: str
    quantity: str
    unit: str
    single_dose: bool
    causes: tuple[str, ...]


# A full container each.
DRUGS = tuple(
    Drug(*row)
    for row in (
        ("J3420", "1", "00143961901", "1", "ML", False, ("E538", "D510", "D519")),
        ("J3420", "1", "00143961901", "1", "ML", False, ("E538", "D513", "D518")),
        ("J1885", "2", "00409379501", "1", "ML", True, ("M5450", "R519")),
        ("J0696", "4", "00143985725", "1", "UN", True, ("N390",)),
        ("J1200", "1", "00641037625", "1", "ML", True, ("L509",)),
        ("J3301", "4", "00003029305", "1", "ML", True, ("L239",)),
        ("J2550", "1", "00641092925", "1", "ML", True, ("R112",)),
        ("J2405", "4", "00641607825", "2", "ML", True, ("R112",)),
    )
)
VISITS = ("99212", "99213", "99214")
VISIT_DIAGNOSES = ("I10", "E785", "K219", "E039", "F329", "E119")
OTHER_SERVICES = ("36415", "71046", "76700")

# Every service lies before 2026-06-01 and not more than 90 days before 2026-06-30, the shortest
# filing limit in use.
DAYS = tuple((date(2026, 4, 6) + timedelta(days=n)).strftime("%Y%m%d") for n in range(52))

MEDICARE = ("MCB01", "MEDICARE PART B")
MEDICAID = ("MCD01", "STATE MEDICAID")
_MBI_LETTERS = "ACDEFGHJKMNPQRTUVWXY"


def npi(n: int) -> str:
    """Return the ``n``-th valid NPI that begins with 1: the check digit is Luhn's over 80840 + NPI."""
    body = f"1{n % 10**8:08d}"
    total = 0
    for place, digit in enumerate(reversed("80840" + body)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return f"{body}{-total % 10}"


def mbi(n: int) -> str:
    """Return the ``n``-th member id in the shape of a Medicare beneficiary identifier."""
    letters = []
    for _ in range(5):
        n, place = divmod(n, 20)
        letters.append(_MBI_LETTERS[place])
    a, b, c, d, e = letters
    digits = f"{n // 20 % 10**4:04d}"
    first = 1 + n // 200_000 % 9
    last = _MBI_LETTERS[n % 20]
    return f"{first}{a}{b}{digits[0]}{c}{d}{digits[1]}{e}{last}{digits[2:]}"


def money(cents: int) -> str:
    """Return an amount without trailing zeros, as X12 writes numbers."""
    whole, rest = divmod(cents, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


# -------------------------------------------------------------------------------------- claims


@dataclass(slots=True)
class Line:
    """One service line; a fault changes what is written."""

    procedure: str
    """SV101 after the qualifier, with modifiers"""
    cents: int
    units: str
    pointers: str
    day: str
    ndc: str = ""
    qualifier: str = "N4"
    quantity: str = ""
    unit: str = ""
    ordering: str = ""
    """who ordered it, from NM103 on"""


@dataclass(slots=True)
class Claim:
    """One claim; a fault changes what is written."""

    number: str
    rendering: str
    diagnoses: list[str]
    lines: list[Line]
    frequency: str = "1"
    extra_cents: int = 0
    """what CLM02 is more than the sum of its lines"""
    record: str = ""
    """the medical record number"""
    taxonomy: str = ""
    """that of the rendering provider"""

    def drug(self) -> Line | None:
        """Return the first line with an NDC."""
        return next((line for line in self.lines if line.ndc), None)


def write_claim(claim: Claim) -> list[str]:
    """Return the segments of 2300 and below."""
    total = sum(line.cents for line in claim.lines) + claim.extra_cents
    codes = "*ABF:".join(claim.diagnoses)
    has_tests = any(line.procedure.startswith("8") for line in claim.lines)
    out = [
        f"CLM*{claim.number}*{money(total)}***11:B:{claim.frequency}*Y*A*Y*Y",
        *([f"REF*EA*{claim.record}"] if claim.record else ()),
        *(["REF*X4*36D2167451"] if has_tests else ()),
        f"HI*ABK:{codes}",
        f"NM1*82*1*{claim.rendering}",
        *([f"PRV*PE*PXC*{claim.taxonomy}"] if claim.taxonomy else ()),
    ]
    for place, line in enumerate(claim.lines, start=1):
        pointers = f"***{line.pointers}" if line.pointers else ""
        out.append(f"LX*{place}")
        out.append(f"SV1*HC:{line.procedure}*{money(line.cents)}*UN*{line.units}{pointers}")
        out.append(f"DTP*472*D8*{line.day}")
        out.append(f"REF*6R*{claim.number}L{place}")
        if line.ndc:
            out.append(f"LIN**{line.qualifier}*{line.ndc}")
            out.append(f"CTP****{line.quantity}*{line.unit}")
        if line.ordering:
            out.append(f"NM1*DK*1*{line.ordering}")
    return out


# -------------------------------------------------------------------------------------- faults


def _rendering(claim: Claim, change: Callable[[str], str]) -> None:
    """Change the NPI at the end of the rendering provider's segment."""
    name, _, number = claim.rendering.rpartition("*")
    claim.rendering = f"{name}*{change(number)}"


def _total_off(claim: Claim) -> None:
    claim.extra_cents = 1


def _pointer_to_nothing(claim: Claim) -> None:
    claim.lines[0].pointers = ":".join([*claim.lines[0].pointers.split(":")[:3], "9"])


def _pointer_missing(claim: Claim) -> None:
    claim.lines[0].pointers = ""


def _npi_check_digit(claim: Claim) -> None:
    _rendering(claim, lambda good: good[:-1] + str((int(good[-1]) + 1) % 10))


def _replacement_without_original(claim: Claim) -> None:
    claim.frequency = "7"


def _future_date(claim: Claim) -> None:
    for line in claim.lines:
        line.day = "20261207"


def _ndc_ten_digits(claim: Claim) -> None:
    drug = claim.drug()
    if drug:
        drug.ndc = drug.ndc[1:]


def _ndc_hyphens(claim: Claim) -> None:
    drug = claim.drug()
    if drug:
        drug.ndc = f"{drug.ndc[:5]}-{drug.ndc[5:9]}-{drug.ndc[9:]}"


def _diagnosis_lower_case(claim: Claim) -> None:
    claim.diagnoses[0] = claim.diagnoses[0].lower()


def _npi_with_dashes(claim: Claim) -> None:
    _rendering(claim, lambda good: f"{good[:4]}-{good[4:7]}-{good[7:]}")


HELD: tuple[Callable[[Claim], None], ...] = (
    _total_off,
    _pointer_to_nothing,
    _pointer_missing,
    _npi_check_digit,
    _replacement_without_original,
    _future_date,
)
"""faults that hold a claim, whoever pays it"""
# Those, then some that a safe fix mends; the NDC ones need a drug line.
FAULTS: tuple[Callable[[Claim], None], ...] = (*HELD, _diagnosis_lower_case, _npi_with_dashes)
DRUG_FAULTS = (*FAULTS, _ndc_ten_digits, _ndc_hyphens)


# ----------------------------------------------------------------------------------- envelopes


@dataclass(slots=True)
class Writer:
    """Writes segments and keeps the counts that the trailers need."""

    out: BinaryIO
    written: int = 0
    segments: int = 0
    """since ST"""
    hl: int = 0
    claims: int = 0
    faulty: int = 0
    transactions: int = 0

    def put(self, segments: Sequence[str]) -> None:
        """Write ``segments``."""
        data = ("~\n".join(segments) + "~\n").encode("ascii")
        self.out.write(data)
        self.written += len(data)
        self.segments += len(segments)

    def level(self, parent: int, code: str, child: int) -> str:
        """Return the next HL segment."""
        self.hl += 1
        return f"HL*{self.hl}*{parent or ''}*{code}*{child}"

    def begin_file(self, created: str = "20260601") -> None:
        """Write ISA and GS."""
        parties = f"ZZ*{'MILLBROOK':15}*ZZ*{'CLEARWAY':15}"
        self.put(
            [
                f"ISA*00*{'':10}*00*{'':10}*{parties}*{created[2:]}*0900*^*00501*000000001*0*T*:",
                f"GS*HC*MILLBROOK*CLEARWAY*{created}*0900*1*X*005010X222A1",
            ]
        )

    def begin_set(self, created: str = "20260601") -> None:
        """Write ST, BHT, submitter and receiver; HL begins at 1 again."""
        self.transactions += 1
        self.segments = self.hl = 0
        control = f"{self.transactions:04d}"
        self.put(
            [
                f"ST*837*{control}*005010X222A1",
                f"BHT*0019*00*BENCH{control}*{created}*0900*CH",
                "NM1*41*2*MILLBROOK BILLING OFFICE*****46*MILLBROOK",
                "PER*IC*TAMSIN ROWE*TE*6145550142",
                "NM1*40*2*CLEARWAY EXCHANGE*****46*CLEARWAY",
            ]
        )

    def end_set(self) -> None:
        """Write SE."""
        self.put([f"SE*{self.segments + 1}*{self.transactions:04d}"])

    def end_file(self) -> None:
        """Write GE and IEA."""
        self.put([f"GE*{self.transactions}*1", "IEA*1*000000001"])


def address(rng: random.Random) -> list[str]:
    """N3 and N4 of a person."""
    city, state, zip_code = rng.choice(PLACES)
    return [f"N3*{rng.randrange(1, 9999)} {rng.choice(STREETS)}", f"N4*{city}*{state}*{zip_code}"]


def birth(rng: random.Random, earliest: int) -> str:
    """DMG of someone born within twenty years from ``earliest``."""
    year, month, day = earliest + rng.randrange(20), rng.randrange(1, 13), rng.randrange(1, 29)
    return f"DMG*D8*{year}{month:02d}{day:02d}*{rng.choice('FM')}"
