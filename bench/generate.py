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
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.invented import (
    COMMERCIAL,
    DAYS,
    DRUG_FAULTS,
    DRUGS,
    FAULTS,
    FIRST_NAMES,
    LAST_NAMES,
    MEDICAID,
    MEDICARE,
    MEGABYTE,
    OTHER_SERVICES,
    PLACES,
    PRACTICES,
    STREETS,
    VISIT_DIAGNOSES,
    VISITS,
    Claim,
    Line,
    Writer,
    address,
    birth,
    mbi,
    npi,
    write_claim,
)


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
        payer, member, born = MEDICARE, mbi(rng.randrange(10**12)), 1930
    elif filing_code == "MC":
        payer, member, born = MEDICAID, f"{rng.randrange(10**11):012d}", 1970
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
        segments += address(rng)
        segments.append(birth(rng, born))
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
                *address(rng),
                birth(rng, 2000),
            ]
        )
        _claims_of(rng, writer, filing_code, providers, fault_rate)


def _transaction(rng: random.Random, writer: Writer, size: int, claims: int, fault_rate: float) -> None:
    """One transaction set of about ``claims`` claims, cut short when the file has its ``size``."""
    last_claim = writer.claims + claims
    writer.begin_set()
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
                writer.end_set()
                return


def generate(
    out: BinaryIO, *, size: int, seed: int, fault_rate: float = 0.0, claims_per_st: int = 1000
) -> Writer:
    """Write an interchange of about ``size`` bytes to ``out``; the counts are in what is given."""
    rng = random.Random(seed)
    writer = Writer(out)
    writer.begin_file()
    while writer.transactions == 0 or writer.written < size:
        _transaction(rng, writer, size, claims_per_st, fault_rate)
    writer.end_file()
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
