"""Write one file of 837P claims as lifelike as invented ones can be, or one of its two limits.

    python bench/lifelike.py --mb 20 --seed 1 --out life.837 [--kind distinct] [--fault-rate 0.05]

What repeats in life repeats here, and nothing else does:

``lifelike``  Five practices with their practitioners, five payers with a fee schedule each, ten days of
              service, doses as drugs come; one to six lines; diagnoses by Zipf's law over 600 codes; every
              patient is another.
``kind``      One claim again and again: only people and control numbers differ.
``distinct``  No two claims have in common what may differ: charges, units, quantities, NDCs, diagnoses,
              practitioners, payers; days and procedures differ as far as there are others.

The same arguments give the same bytes, and memory stays flat. Without ``--fault-rate`` the shipped packs
accept every claim; with it, that share of the claims has one fault that holds it. Scrub them
``--as-of 2026-06-30``, or as many days later as ``--later`` says.
"""

from __future__ import annotations

import argparse
import random
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.diagnoses import billable, compatible
from bench.invented import (
    COMMERCIAL,
    DAYS,
    DRUGS,
    FIRST_NAMES,
    HELD,
    LAST_NAMES,
    MEDICAID,
    MEDICARE,
    MEGABYTE,
    PLACES,
    PRACTICES,
    STREETS,
    VISIT_DIAGNOSES,
    Claim,
    Drug,
    Line,
    Writer,
    address,
    birth,
    mbi,
    npi,
    write_claim,
)

CREATED = "20260629"
# Ten working days.
RECENT = tuple(f"202606{day}" for day in (15, 16, 17, 18, 19, 22, 23, 24, 25, 26))
CODES = 600
_DAY = date(2026, 6, 15)
_NOT_LATER = timedelta(0)
TAXONOMIES = ("207Q00000X", "207R00000X", "208D00000X", "363L00000X")


class Practice(NamedTuple):
    """A billing provider."""

    segments: tuple[str, ...]
    """its loop, after HL"""
    practitioners: tuple[tuple[str, str], ...]
    """each from NM103 on, and the taxonomy code"""


class Payer(NamedTuple):
    """A payer and its fee schedule."""

    id: str
    name: str
    filing_code: str
    percent: int
    """of the fees below"""
    share: int
    """of the patients, in percent"""


PAYERS = (
    Payer(*MEDICARE, "MB", 100, 38),
    Payer(*MEDICAID, "MC", 82, 22),
    Payer(*COMMERCIAL[0], "CI", 145, 20),
    Payer(*COMMERCIAL[1], "CI", 138, 12),
    Payer("BRW03", "BRIARWOOD HEALTH", "BL", 151, 8),
)

# More doses of what offices inject; 71999 is the labeler of nobody.
OFFICE_DRUGS = (
    *DRUGS,
    *(
        Drug(*row)
        for row in (
            ("J1885", "4", "00409379501", "2", "ML", True, ("M5450", "M5459")),
            ("J0696", "2", "00143985725", "1", "UN", True, ("J0190", "J209")),
            ("J3301", "8", "00003029305", "2", "ML", True, ("M1711", "M1712")),
            ("J1100", "4", "71999311001", "1", "ML", False, ("J029", "L509")),
            ("J1100", "10", "71999311001", "2.5", "ML", False, ("J441", "J4521")),
            ("J1010", "40", "71999310101", "1", "ML", False, ("M5416", "M7551")),
            ("J1010", "80", "71999310102", "1", "ML", False, ("M5416", "M7061")),
            ("J0702", "1", "71999307021", "1", "ML", False, ("L209", "J301")),
            ("J3411", "1", "71999334111", "1", "ML", False, ("E519", "F1020")),
            ("J2360", "1", "71999323601", "2", "ML", True, ("M62830", "M542")),
            ("J3410", "2", "71999334101", "1", "ML", True, ("F411", "L299")),
        )
    ),
)
# Cents; that of a drug is for a unit.
FEES = {
    "99202": 11000, "99203": 16500, "99212": 8500, "99213": 12500, "99214": 18500, "99215": 25000,
    "96372": 3200, "36415": 900, "85025": 1800, "80053": 2400, "83036": 2200, "81002": 600, "93000": 3100,
    "71046": 6200, "76700": 19500,
    "J3420": 450, "J1885": 210, "J0696": 160, "J1200": 140, "J3301": 310, "J2550": 420, "J2405": 55,
    "J1100": 35, "J1010": 22, "J0702": 890, "J3411": 380, "J2360": 910, "J3410": 120,
}  # fmt: skip
VISITS = ("99213", "99213", "99214", "99214", "99212", "99203", "99202", "99215")
TESTS = ("85025", "80053", "83036", "81002", "71046", "76700")

# Endings of family names: with the names themselves, initials and first names, enough for a million people.
_ENDINGS = (
    "", "SON", "WOOD", "FIELD", "TON", "LEY", "FORD", "WELL", "BROOK", "HURST", "DALE", "WAY", "MAN", "STEAD",
    "WICK", "BY", "COTE", "SHAW", "MERE", "WORTH", "LAND", "RIDGE", "COMBE", "THORPE",
)  # fmt: skip
_INITIALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NAMES = len(LAST_NAMES) * len(_ENDINGS) * len(FIRST_NAMES) * len(_INITIALS)


def scattered(number: int, size: int) -> int:
    """Return the place of a number below ``size`` that shares no factor with 7,368,787, a prime.

    Numbers that differ stay different until ``size`` of them are used up.
    """
    return number * 7_368_787 % size


def person(number: int) -> str:
    """NM103 to NM105 of the ``number``-th person."""
    rest, last = divmod(scattered(number, _NAMES), len(LAST_NAMES))
    rest, ending = divmod(rest, len(_ENDINGS))
    initial, first = divmod(rest, len(FIRST_NAMES))
    return f"{LAST_NAMES[last]}{_ENDINGS[ending]}*{FIRST_NAMES[first]}*{_INITIALS[initial]}"


def practice_of(rng: random.Random, number: int, size: int) -> Practice:
    """Return a practice with ``size`` practitioners."""
    city, state, zip_code = PLACES[number % len(PLACES)]
    name = PRACTICES[number % len(PRACTICES)] + (f" {number}" if number >= len(PRACTICES) else "")
    segments = (
        "PRV*BI*PXC*207Q00000X",
        f"NM1*85*2*{name}*****XX*{npi(70_000_000 + number)}",
        f"N3*{rng.randrange(1, 9999)} {rng.choice(STREETS)}",
        f"N4*{city}*{state}*{zip_code}{rng.randrange(1, 9999):04d}",
        f"REF*EI*{rng.randrange(10**8, 10**9)}",
    )
    return Practice(segments, tuple(practitioner(rng) for _ in range(size)))


def practitioner(rng: random.Random) -> tuple[str, str]:
    """Return one from NM103 on, and the taxonomy code."""
    name = f"{rng.choice(LAST_NAMES)}*{rng.choice(FIRST_NAMES)}****XX*{npi(rng.randrange(10**7))}"
    return name, rng.choice(TAXONOMIES)


# -------------------------------------------------------------------------------------- the kinds


class Maker(ABC):
    """Makes the claims of a file of one kind."""

    days: Sequence[str] = RECENT
    has_dependents = False
    patients_of_practice = 400
    """how many a transaction set has, which is for one practice"""

    def __init__(self, rng: random.Random, later: timedelta = _NOT_LATER) -> None:
        self.rng = rng
        self.later = later
        self.day = _DAY + later

    @abstractmethod
    def practice(self, number: int) -> Practice:
        """Return the practice of a transaction set."""

    @abstractmethod
    def payer(self, number: int) -> Payer:
        """Return the payer of a patient."""

    @abstractmethod
    def claim(self, number: int, practice: Practice, payer: Payer, day: str) -> Claim:
        """Return a claim that every pack accepts."""

    def claims_of_patient(self) -> int:
        """Return how many claims a patient has in the file."""
        return 1


class Lifelike(Maker):
    """What practices send."""

    has_dependents = True

    def __init__(self, rng: random.Random, later: timedelta = _NOT_LATER) -> None:
        super().__init__(rng, later)
        self.practices = [practice_of(rng, number, rng.randrange(2, 6)) for number in range(5)]
        often = tuple(
            dict.fromkeys((*VISIT_DIAGNOSES, *(code for drug in OFFICE_DRUGS for code in drug.causes)))
        )
        known = set(often)
        others = [code for code in billable(self.day) if code not in known]
        self.codes = (*often, *rng.sample(others, CODES - len(often)))
        self.weights = list(accumulate(1 / rank for rank in range(1, CODES + 1)))

    def practice(self, number: int) -> Practice:
        """Return them in turn."""
        return self.practices[number % len(self.practices)]

    def payer(self, number: int) -> Payer:  # noqa: ARG002 - drawn, whoever the patient is
        """Draw one of the five."""
        return self.rng.choices(PAYERS, [payer.share for payer in PAYERS])[0]

    def claims_of_patient(self) -> int:
        """Return 1, or 2 for a patient who came back."""
        return 2 if self.rng.random() < 0.08 else 1

    def claim(self, number: int, practice: Practice, payer: Payer, day: str) -> Claim:
        """Return a visit, an injection, or both, with tests."""
        rng = self.rng
        who, taxonomy = rng.choice(practice.practitioners)
        wanted = rng.choices((1, 2, 3, 4, 5, 6), (15, 27, 28, 24, 4, 2))[0]
        drawn = rng.choices(self.codes, cum_weights=self.weights, k=wanted)
        diagnoses = compatible(dict.fromkeys(drawn), self.day)
        lines: list[Line] = []
        drugs = self._drugs() if rng.random() < 0.68 else ()
        visit = not drugs or rng.random() < 0.6
        if not visit:
            diagnoses = diagnoses[:2]
        if visit:
            code = rng.choice(VISITS)
            pointers = ":".join(str(n + 1) for n in range(min(4, len(diagnoses))))
            lines.append(self._line(f"{code}:25" if drugs else code, payer, pointers, day))
        lines += self._given(drugs, payer, diagnoses, day)
        if visit and rng.random() < 0.4:
            lines += self._tests(payer, len(diagnoses), day, who)
        if not visit:  # what nothing points to is not listed
            used = sorted({int(pointer) for line in lines for pointer in line.pointers.split(":")})
            diagnoses = [diagnoses[place - 1] for place in used]
            for line in lines:
                line.pointers = ":".join(str(used.index(int(p)) + 1) for p in line.pointers.split(":"))
        record = f"{scattered(number, 10**8):08d}"
        return Claim(f"LK{number:09d}", who, diagnoses, lines[:6], record=record, taxonomy=taxonomy)

    def _drugs(self) -> tuple[Drug, ...]:
        first, second = self.rng.choice(OFFICE_DRUGS), self.rng.choice(OFFICE_DRUGS)
        return (first, second) if self.rng.random() < 0.18 and first.hcpcs != second.hcpcs else (first,)

    def _given(self, drugs: Sequence[Drug], payer: Payer, diagnoses: list[str], day: str) -> list[Line]:
        """Return the lines of an injection and its drugs; their causes are added to the diagnoses."""
        given = []
        for drug in drugs:
            fitting = [code for code in drug.causes if compatible([*diagnoses, code], self.day)[-1] == code]
            cause = self.rng.choice(fitting or drug.causes)
            if cause not in diagnoses:
                diagnoses.append(cause)
            # Medicare wants JZ where nothing of a single-dose container was thrown away.
            code = f"{drug.hcpcs}:JZ" if drug.single_dose and payer.filing_code == "MB" else drug.hcpcs
            place = diagnoses.index(cause)
            pointers = f"{place + 1}:1" if place and self.rng.random() < 0.4 else str(place + 1)
            line = self._line(code, payer, pointers, day, drug.units)
            line.ndc, line.quantity, line.unit = drug.ndc, drug.quantity, drug.unit
            given.append(line)
        if not given:
            return []
        shared = ":".join(dict.fromkeys(pointer for line in given for pointer in line.pointers.split(":")))
        return [self._line("96372", payer, shared, day, str(len(given))), *given]

    def _tests(self, payer: Payer, diagnoses: int, day: str, who: str) -> list[Line]:
        lines = [self._line("36415", payer, "1", day)]
        for code in self.rng.sample(TESTS, self.rng.randrange(1, 3)):
            lines.append(self._line(code, payer, str(self.rng.randrange(diagnoses) + 1), day))
            lines[-1].ordering = who
        return lines

    @staticmethod
    def _line(procedure: str, payer: Payer, pointers: str, day: str, units: str = "1") -> Line:
        cents = FEES[procedure[:5]] * payer.percent // 100 * int(units)
        return Line(procedure, cents, units, pointers, day)


class Kind(Maker):
    """One claim again and again."""

    def __init__(self, rng: random.Random, later: timedelta = _NOT_LATER) -> None:
        super().__init__(rng, later)
        self.only = practice_of(rng, 0, 1)
        self.days = RECENT[:1]

    def practice(self, number: int) -> Practice:  # noqa: ARG002 - there is one
        """Return the only one."""
        return self.only

    def payer(self, number: int) -> Payer:  # noqa: ARG002 - likewise
        """Return Medicare."""
        return PAYERS[0]

    def claim(self, number: int, practice: Practice, payer: Payer, day: str) -> Claim:  # noqa: ARG002
        """Return a visit with an injection of vitamin B12."""
        who, taxonomy = practice.practitioners[0]
        drug = DRUGS[0]
        lines = [
            Line("99213:25", 12500, "1", "1", day),
            Line("96372", 3200, "1", "2", day),
            Line(drug.hcpcs, 450, drug.units, "2", day, drug.ndc, "N4", drug.quantity, drug.unit),
        ]
        return Claim(f"LK{number:09d}", who, ["I10", "E538"], lines, taxonomy=taxonomy)


class Distinct(Maker):
    """Claims that have nothing in common that may differ."""

    days = DAYS
    patients_of_practice = 20
    # Drugs of several units a day whose containers may be of any kind, with the most units that are usual.
    _DRUGS = (
        ("J1885", 4),
        ("J0696", 8),
        ("J1200", 4),
        ("J3301", 8),
        ("J2405", 16),
        ("J1100", 40),
        ("J1010", 160),
    )
    _VISITS = ("99202", "99203", "99204", "99205", "99212", "99213", "99214", "99215")

    def __init__(self, rng: random.Random, later: timedelta = _NOT_LATER) -> None:
        super().__init__(rng, later)
        self.codes = billable(self.day)

    def practice(self, number: int) -> Practice:
        """Return another one each time."""
        return practice_of(self.rng, number, 1)

    def payer(self, number: int) -> Payer:
        """Return Medicare, Medicaid, or a commercial payer that nobody else has."""
        chosen = self.rng.choices(PAYERS, [payer.share for payer in PAYERS])[0]
        if chosen.filing_code in ("MB", "MC"):
            return chosen
        return chosen._replace(id=f"Z{number:08d}", name=f"HEALTH PLAN {number}")

    def claim(self, number: int, practice: Practice, payer: Payer, day: str) -> Claim:  # noqa: ARG002
        """Return a visit with an injection; every value is drawn or counted."""
        rng = self.rng
        who, taxonomy = practitioner(rng)
        code, most = rng.choice(self._DRUGS)
        diagnoses = compatible(rng.sample(self.codes, rng.randrange(2, 6)), self.day)
        place = len(diagnoses)
        # Primes: no charge or NDC comes twice in 499,979, no quantity in 19,997. An injection costs less than
        # 5,000 dollars and has at most 20 milliliters.
        charges = [500 + scattered(3 * number + line, 499_979) for line in range(3)]
        ndc, thousandths = f"71999{scattered(number, 999_983):06d}", 1 + scattered(number, 19_997)
        quantity = f"{thousandths // 1000}.{thousandths % 1000:03d}".rstrip("0").rstrip(".")
        every = ":".join(str(n + 1) for n in range(min(4, len(diagnoses))))
        lines = [
            Line(f"{rng.choice(self._VISITS)}:25", charges[0], "1", every, day),
            Line("96372", charges[1], "1", str(place), day),
            Line(
                code, charges[2], str(rng.randrange(1, most + 1)), str(place), day, ndc, "N4", quantity, "ML"
            ),
        ]
        record = f"{scattered(number, 10**8):08d}"
        return Claim(f"LK{number:09d}", who, diagnoses, lines, record=record, taxonomy=taxonomy)


KINDS: dict[str, type[Maker]] = {"lifelike": Lifelike, "kind": Kind, "distinct": Distinct}

# ------------------------------------------------------------------------------------------- file


class File:
    """Writes levels and claims until the file has its size."""

    def __init__(self, out: BinaryIO, maker: Maker, fault_rate: float) -> None:
        self.writer = Writer(out)
        self.maker = maker
        self.rng = maker.rng
        self.fault_rate = fault_rate
        self.people = 0

    def write(self, size: int) -> None:
        """Write all of it."""
        writer, created = self.writer, shifted(CREATED, self.maker.later)
        writer.begin_file(created)
        while writer.transactions == 0 or writer.written < size:
            practice = self.maker.practice(writer.transactions)
            writer.begin_set(created)
            billing = self._level(0, "20", 1, practice.segments)
            for _ in range(self.maker.patients_of_practice):
                self._subscriber(billing, practice)
                if writer.written >= size:
                    break
            writer.end_set()
        writer.end_file()

    def _level(self, parent: int, code: str, child: int, segments: Sequence[str]) -> int:
        self.writer.put([self.writer.level(parent, code, child), *segments])
        return self.writer.hl

    def _name(self) -> str:
        self.people += 1
        return person(self.people)

    def _subscriber(self, billing: int, practice: Practice) -> None:
        name = self._name()
        number = self.people
        payer = self.maker.payer(number)
        dependents = (
            self.maker.has_dependents and payer.filing_code not in ("MB", "MC") and self.rng.random() < 0.35
        )
        # 5,759,999,999,999 is less than there are ids in the shape of Medicare's.
        member = {"MB": mbi(scattered(number, 5_759_999_999_999)), "MC": f"{scattered(number, 10**11):012d}"}
        born = {"MB": 1930, "MC": 1970}.get(payer.filing_code, 1965)
        segments = [
            f"SBR*P*{'' if dependents else '18'}*******{payer.filing_code}",
            f"NM1*IL*1*{name}***MI*{member.get(payer.filing_code, f'{payer.id}{number:09d}')}",
        ]
        if not dependents:
            segments += [*address(self.rng), birth(self.rng, born)]
        segments.append(f"NM1*PR*2*{payer.name}*****PI*{payer.id}")
        level = self._level(billing, "22", int(dependents), segments)
        if not dependents:
            self._claims(practice, payer)
        for _ in range(self.rng.randrange(1, 4) if dependents else 0):
            family = name.partition("*")[0]
            own = self._name().partition("*")[2]
            patient = ["PAT*19", f"NM1*QC*1*{family}*{own}", *address(self.rng), birth(self.rng, 1999)]
            self._level(level, "23", 0, patient)
            self._claims(practice, payer)

    def _claims(self, practice: Practice, payer: Payer) -> None:
        """One claim of a patient, or several on days of their own."""
        writer, rng = self.writer, self.rng
        for usual in rng.sample(self.maker.days, self.maker.claims_of_patient()):
            day = shifted(usual, self.maker.later)
            writer.claims += 1
            claim = self.maker.claim(writer.claims, practice, payer, day)
            if self.fault_rate and rng.random() < self.fault_rate:
                rng.choice(HELD)(claim)
                writer.faulty += 1
            writer.put(write_claim(claim))


def shifted(day: str, later: timedelta) -> str:
    """Return a day, YYYYMMDD, so much later."""
    return f"{date.fromisoformat(day) + later:%Y%m%d}"


def generate(
    out: BinaryIO,
    *,
    size: int,
    seed: int,
    fault_rate: float = 0.0,
    kind: str = "lifelike",
    later: timedelta = _NOT_LATER,
) -> Writer:
    """Write an interchange of about ``size`` bytes to ``out``; the counts are in what is given."""
    file = File(out, KINDS[kind](random.Random(seed), later), fault_rate)
    file.write(size)
    return file.writer


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, write the file, say what is in it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mb", type=float, required=True, help="size in megabytes (10**6 bytes)")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same bytes")
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    parser.add_argument("--fault-rate", type=float, default=0.0, help="share of claims with one fault")
    parser.add_argument("--kind", choices=KINDS, default="lifelike")
    parser.add_argument("--later", type=int, default=0, metavar="DAYS", help="how many days after June 2026")
    wanted = parser.parse_args(arguments)
    with wanted.out.open("wb", buffering=1 << 20) as out:
        writer = generate(
            out,
            size=int(wanted.mb * MEGABYTE),
            seed=wanted.seed,
            fault_rate=wanted.fault_rate,
            kind=wanted.kind,
            later=timedelta(wanted.later),
        )
    print(
        f"{wanted.out}: {writer.written} bytes, {writer.transactions} transaction sets, "
        f"{writer.claims} claims, {writer.faulty} of them with a fault",
        file=sys.stderr,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
