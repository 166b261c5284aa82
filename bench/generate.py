"""Write one large interchange of invented 837P claims, for measuring speed and memory.

    python bench/generate.py --mb 100 --seed 1 --out big.837

The same arguments give the same bytes. Memory stays flat: segments go out as they are made, and
only a claim is ever held. About six claims in ten bill an injection with its drug and NDC; payers
are Medicare, Medicaid and commercial; commercial subscribers may have dependants. Without
``--fault-rate`` every claim is clean; with it that share of the claims is spoiled, each in one of
the ways of ``FAULTS``. A count goes to standard error at the end.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO

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

# A full container each: HCPCS, units, NDC, NDC quantity, NDC unit, single-dose, diagnoses.
DRUGS = (
    ("J3420", "1", "00143961901", "1", "ML", False, ("E538", "D510", "D519")),
    ("J3420", "1", "00143961901", "1", "ML", False, ("E538", "D513", "D518")),
    ("J1885", "2", "00409379501", "1", "ML", True, ("M5450", "R519")),
    ("J0696", "4", "00143985725", "1", "UN", True, ("N390",)),
    ("J1200", "1", "00641037625", "1", "ML", True, ("L509",)),
    ("J3301", "4", "00003029305", "1", "ML", True, ("L239",)),
    ("J2550", "1", "00641092925", "1", "ML", True, ("R112",)),
    ("J2405", "4", "00641607825", "2", "ML", True, ("R112",)),
)
VISITS = ("99212", "99213", "99214")
VISIT_DIAGNOSES = ("I10", "E785", "K219", "E039", "F329", "E119")
OTHER_SERVICES = ("36415", "71046", "76700")

# Every service lies before 2026-06-01 and not more than 90 days before 2026-06-30, the shortest
# filing limit in use.
DAYS = tuple((date(2026, 4, 6) + timedelta(days=n)).strftime("%Y%m%d") for n in range(52))

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

    def drug(self) -> Line | None:
        """Return the first line with an NDC."""
        return next((line for line in self.lines if line.ndc), None)


def make_claim(rng: random.Random, number: int, filing_code: str, day: str, rendering: str) -> Claim:
    """Return a clean claim: an injection with its drug in six of ten, often with a visit beside it."""
    lines: list[Line] = []
    diagnoses: list[str] = []
    draw = rng.random
    if draw() < 0.6:
        first = rng.choice(DRUGS)
        drugs = [first]
        if draw() < 0.15:
            second = rng.choice(DRUGS)
            if second[0] != first[0]:
                drugs.append(second)
        if draw() < 0.5:
            diagnoses.append(rng.choice(VISIT_DIAGNOSES))
            lines.append(Line(f"{rng.choice(VISITS)}:25", rng.randrange(6000, 25000), "1", "1", day))
        given: list[Line] = []
        for hcpcs, units, ndc, quantity, unit, single_dose, causes in drugs:
            cause = rng.choice(causes)
            if cause not in diagnoses:
                diagnoses.append(cause)
            pointer = str(diagnoses.index(cause) + 1)
            # Medicare wants JZ where nothing of a single-dose container was thrown away.
            procedure = f"{hcpcs}:JZ" if single_dose and filing_code == "MB" else hcpcs
            cents = rng.randrange(200, 9000)
            given.append(Line(procedure, cents, units, pointer, day, ndc, "N4", quantity, unit))
        shared = ":".join(dict.fromkeys(line.pointers for line in given))
        lines.append(Line("96372", rng.randrange(2000, 6000), str(len(given)), shared, day))
        lines += given
    else:
        diagnoses += rng.sample(VISIT_DIAGNOSES, rng.randrange(1, 4))
        everything = ":".join(str(n + 1) for n in range(len(diagnoses)))
        lines.append(Line(rng.choice(VISITS), rng.randrange(6000, 25000), "1", everything, day))
        if draw() < 0.5:
            other = rng.choice(OTHER_SERVICES)
            lines.append(Line(other, rng.randrange(300, 30000), "1", "1", day))
    return Claim(f"BN{number:09d}", rendering, diagnoses, lines)


def write_claim(claim: Claim) -> list[str]:
    """Return the segments of 2300 and below."""
    total = sum(line.cents for line in claim.lines) + claim.extra_cents
    codes = "*ABF:".join(claim.diagnoses)
    out = [
        f"CLM*{claim.number}*{money(total)}***11:B:{claim.frequency}*Y*A*Y*Y",
        f"HI*ABK:{codes}",
        f"NM1*82*1*{claim.rendering}",
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
    return out


# -------------------------------------------------------------------------------------- faults


def _rendering(claim: Claim, change: Callable[[str], str]) -> None:
    """Change the NPI at the end of the rendering provider's segment."""
    name, _, number = claim.rendering.rpartition("*")
    claim.rendering = f"{name}*{change(number)}"


def _total_off(claim: Claim) -> None:
    claim.extra_cents = 1


def _pointer_to_nothing(claim: Claim) -> None:
    claim.lines[0].pointers += ":9"


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


# Those that must be rejected, then those that a safe repair mends; the NDC ones need a drug line.
FAULTS: tuple[Callable[[Claim], None], ...] = (
    _total_off,
    _pointer_to_nothing,
    _pointer_missing,
    _npi_check_digit,
    _replacement_without_original,
    _future_date,
    _diagnosis_lower_case,
    _npi_with_dashes,
)
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
    buffer: list[str] = field(default_factory=list)

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


def _place(rng: random.Random) -> list[str]:
    """N3 and N4 of a person."""
    city, state, zip_code = rng.choice(PLACES)
    return [f"N3*{rng.randrange(1, 9999)} {rng.choice(STREETS)}", f"N4*{city}*{state}*{zip_code}"]


def _claims_of(
    rng: random.Random, writer: Writer, filing_code: str, providers: list[str], fault_rate: float
) -> None:
    """One to three claims of one person, each on a day of its own."""
    count = 1 if rng.random() < 0.8 else rng.randrange(2, 4)
    segments: list[str] = []
    # Two claims on one day would meet the unit limits and look like duplicates.
    for day in rng.sample(DAYS, count):
        writer.claims += 1
        claim = make_claim(rng, writer.claims, filing_code, day, rng.choice(providers))
        if fault_rate and rng.random() < fault_rate:
            rng.choice(DRUG_FAULTS if claim.drug() else FAULTS)(claim)
            writer.faulty += 1
        segments += write_claim(claim)
    writer.put(segments)


def _subscriber(
    rng: random.Random, writer: Writer, billing: int, providers: list[str], fault_rate: float
) -> None:
    """One subscriber with claims of its own, or with dependants' claims."""
    filing_code = rng.choices(("MB", "MC", "CI"), (40, 25, 35))[0]
    dependants = filing_code == "CI" and rng.random() < 0.4
    if filing_code == "MB":
        payer, member, born = ("MCB01", "MEDICARE PART B"), mbi(rng.randrange(10**12)), 1930
    elif filing_code == "MC":
        payer, member, born = ("MCD01", "STATE MEDICAID"), f"{rng.randrange(10**11):012d}", 1970
    else:
        payer, member, born = rng.choice(COMMERCIAL), f"LHP{writer.claims + 1:09d}", 1965
    last = rng.choice(LAST_NAMES)
    subscriber = writer.hl + 1
    segments = [
        writer.level(billing, "22", int(dependants)),
        f"SBR*P*{'' if dependants else '18'}*******{filing_code}",
        f"NM1*IL*1*{last}*{rng.choice(FIRST_NAMES)}****MI*{member}",
    ]
    if not dependants:
        segments += _place(rng)
        segments.append(_birth(rng, born))
    segments.append(f"NM1*PR*2*{payer[1]}*****PI*{payer[0]}")
    writer.put(segments)
    if not dependants:
        _claims_of(rng, writer, filing_code, providers, fault_rate)
        return
    for _ in range(rng.randrange(1, 4)):
        writer.put(
            [
                writer.level(subscriber, "23", 0),
                "PAT*19",
                f"NM1*QC*1*{last}*{rng.choice(FIRST_NAMES)}",
                *_place(rng),
                _birth(rng, 2000),
            ]
        )
        _claims_of(rng, writer, filing_code, providers, fault_rate)


def _birth(rng: random.Random, earliest: int) -> str:
    """DMG of someone born within twenty years from ``earliest``."""
    year, month, day = earliest + rng.randrange(20), rng.randrange(1, 13), rng.randrange(1, 29)
    return f"DMG*D8*{year}{month:02d}{day:02d}*{rng.choice('FM')}"


def _transaction(rng: random.Random, writer: Writer, size: int, claims: int, fault_rate: float) -> None:
    """One transaction set of about ``claims`` claims, cut short when the file has its ``size``."""
    writer.transactions += 1
    writer.segments = writer.hl = 0
    last_claim = writer.claims + claims
    control = f"{writer.transactions:04d}"
    writer.put(
        [
            f"ST*837*{control}*005010X222A1",
            f"BHT*0019*00*BENCH{control}*20260601*0900*CH",
            "NM1*41*2*MILLBROOK BILLING OFFICE*****46*MILLBROOK",
            "PER*IC*TAMSIN ROWE*TE*6145550142",
            "NM1*40*2*CLEARWAY EXCHANGE*****46*CLEARWAY",
        ]
    )
    while True:
        city, state, zip_code = rng.choice(PLACES)
        segments = [
            writer.level(0, "20", 1),
            "PRV*BI*PXC*207Q00000X",
            f"NM1*85*2*{rng.choice(PRACTICES)}*****XX*{npi(rng.randrange(10**7))}",
            f"N3*{rng.randrange(1, 9999)} {rng.choice(STREETS)}",
            f"N4*{city}*{state}*{zip_code}{rng.randrange(1, 9999):04d}",
            f"REF*EI*{rng.randrange(10**8, 10**9)}",
        ]
        billing = writer.hl
        writer.put(segments)
        providers = [
            f"{rng.choice(LAST_NAMES)}*{rng.choice(FIRST_NAMES)}****XX*{npi(rng.randrange(10**7))}"
            for _ in range(4)
        ]
        for _ in range(rng.randrange(20, 200)):
            _subscriber(rng, writer, billing, providers, fault_rate)
            if writer.claims >= last_claim or writer.written >= size:
                writer.put([f"SE*{writer.segments + 1}*{control}"])
                return


def generate(
    out: BinaryIO, *, size: int, seed: int, fault_rate: float = 0.0, claims_per_st: int = 1000
) -> Writer:
    """Write an interchange of about ``size`` bytes to ``out``; the counts are in what is given."""
    rng = random.Random(seed)
    writer = Writer(out)
    parties = f"ZZ*{'MILLBROOK':15}*ZZ*{'CLEARWAY':15}"
    writer.put(
        [
            f"ISA*00*{'':10}*00*{'':10}*{parties}*260601*0900*^*00501*000000001*0*T*:",
            "GS*HC*MILLBROOK*CLEARWAY*20260601*0900*1*X*005010X222A1",
        ]
    )
    while writer.transactions == 0 or writer.written < size:
        _transaction(rng, writer, size, claims_per_st, fault_rate)
    writer.put([f"GE*{writer.transactions}*1", "IEA*1*000000001"])
    return writer


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, write the file, say what is in it."""
    parser = argparse.ArgumentParser(description="Write one large file of invented 837P claims.")
    parser.add_argument("--mb", type=float, required=True, help="size in megabytes (10**6 bytes)")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same bytes")
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    parser.add_argument("--fault-rate", type=float, default=0.0, help="share of spoiled claims")
    parser.add_argument("--claims-per-st", type=int, default=1000, help="claims per ST, about")
    wanted = parser.parse_args(arguments)
    with wanted.out.open("wb", buffering=1 << 20) as out:
        writer = generate(
            out,
            size=int(wanted.mb * MEGABYTE),
            seed=wanted.seed,
            fault_rate=wanted.fault_rate,
            claims_per_st=wanted.claims_per_st,
        )
    print(
        f"{wanted.out}: {writer.written} bytes, {writer.transactions} transaction sets, "
        f"{writer.claims} claims, {writer.faulty} of them spoiled",
        file=sys.stderr,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
