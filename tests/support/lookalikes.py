"""Files of claims that look alike: assembled from few variants of each part, or differing in one part.

Memory hits happen a lot in them, and what is remembered of one claim is most easily mistaken for another.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from hypothesis import strategies as st

Look = dict[str, int]
"""A claim: which variant each of its parts has."""

_BILLING = {
    "billing name": (
        "NM1*85*2*MILLBROOK FAMILY MEDICINE*****XX*1300000019",
        "NM1*85*1*WREN*ODALYS****XX*1200000010",
        "NM1*85*2*MILLBROOK FAMILY MEDICINE",
    ),
    "billing address": ("210 QUARRY RD", "PO BOX 7"),
    "billing state": ("N4*COLUMBUS*OH*432150100", "N4*BOISE*ID*837020100", "N4*BOISE*ID*83702"),
    "pay to": (
        "",
        "NM1*87*2~N3*PO BOX 9~N4*COLUMBUS*OH*432150100",
        "NM1*87*2~N3*PO BOX 8~N4*COLUMBUS*OH*432150100",
        "NM1*PE*2*PAY PLAN*****PI*PP1~N3*PO BOX 9~N4*COLUMBUS*OH*432150100~REF*EI*311234567",
        "NM1*PE*2*PAY PLAN*****PI*PP2~N3*PO BOX 9~N4*COLUMBUS*OH*432150100~REF*EI*311234567",
    ),
    "taxonomy": ("PRV*BI*PXC*207Q00000X", "", "PRV*BI*PXC*363L00000X"),
}
_SUBSCRIBER = {
    "responsibility": ("P", "S"),
    "relation": ("18", ""),
    "filing": ("MB", "CI", "MC", "WC"),
    "insurance type": ("", "47"),
    "last": ("FENWICK", "ROOK", " ROOK", "O'DELL"),
    "first": ("SORREL", "BRAM", ""),
    "middle": ("", "Q"),
    "member": ("1EG4TE5MK73", "2EG4TE5MK73", "LHP000482913", "1EG4TE5MK73 ", "1EG4-TE5-MK73", ""),
    "member number": ("MI", "II"),
    "street": ("N3*48 MEADOW LN", "N3*7 KESTREL CT*APT 2", "N3*undefined"),
    "birth": ("19570822", "19610401", "20260520", "20120317"),
    "sex": ("F", "M", "U"),
    "insurer's number": ("", "REF*Y4*W1", "REF*Y4*W2"),
    "death": ("", "PAT*****D8*20260601", "PAT*****D8*20260401"),
    "payer": (
        "NM1*PR*2*MEDICARE PART B*****PI*MCB01", "NM1*PR*2*LAUREL HEALTH PLAN*****PI*LHP01",
        "NM1*PR*2*MEDICARE PART B*****PI*LHP01",
    ),
    "payer number": ("", "REF*2U*7", "REF*FY*7"),
}  # fmt: skip
_PATIENT = {
    "patient": ("", "NM1*QC*1*FENWICK*PERRY", "NM1*QC*1*FENWICK*ALDER", "NM1*QC*1*ROOK*PERRY"),
    "patient relation": ("19", "01"),
    "patient death": ("", "****D8*20260601"),
    "patient birth": ("20120317", "19570822", "20260520"),
    "patient sex": ("F", "M"),
    "patient street": ("N3*48 MEADOW LN", "N3*PO BOX 7"),
}
_CLAIM = {
    "total": ("sum", "more", "zero", "cents", "with a zero"),
    "control number": ("", "-ABCDEFGHIJKLMNOPQRSTU"),
    "place": ("11", "22", "12", "99", "21"),
    "frequency": ("1", "7", "8", "6"),
    "assignment": ("A", "C"),
    "causes": ("", "AA:EM", "OA"),
    "onset": ("", "DTP*431*D8*20260401", "DTP*431*D8*20260620"),
    "accident": ("", "DTP*439*D8*20260401"),
    "contact": ("", "DTP*444*D8*20260401"),
    "stay": ("", "DTP*435*D8*20260401", "DTP*096*D8*20260402"),
    "attachment": ("", "PWK*OZ*EL", "PWK*OZ*EL***AC*X1", "PWK*OZ*EL***AC*X2"),
    "paid": ("", "AMT*F5*10", "AMT*F5*20"),
    "authorization": ("", "REF*G1*A7", "REF*G1*A8", "REF*F8*A7", "REF*F8* A7",
        "REF*X4*36D2167451", "REF*X4*36D216745",
    ),
    "trace": ("", "REF*D9*T1", "REF*D9*T2"),
    "claim note": ("", "NTE*ADD*IV PUSH", "NTE*ADD*IM"),
    "transport": ("", "CR1*LB*165**A*DH*12"),
    "condition": ("", "CRC*ZZ*Y*NU", "CRC*ZZ*N*NU"),
    "diagnoses": (
        "ABK:E538*ABF:M5450", "ABK:M5450*ABF:E538", "ABK:E538", "ABK:Z0000*ABF:Z23", "ABK:E538*ABF:E538",
        "ABK:E538*ABF:O80", "ABK:E538*ABF:R059*ABF:M5450", "ABK:E538*ABF:M5450*ABF:R059", "ABK:C61*ABF:D649",
        "ABK:T502X5A*ABF:E538", "ABK:E538*ABF:C61", "ABK:E538*ABF:D510", "ABK:D510*ABF:E538",
        "ABK:H60331*ABF:H60333",
    ),
    "rendering": (
        "NM1*82*1*WREN*ODALYS****XX*1200000010", "NM1*82*1*ROWE*TAMSIN****XX*1200000028", "",
        "NM1*82*1*WREN*ODALYS", "NM1*82*1*WREN*ODALYS****XX*1300000019",
    ),
    "referring": (
        "", "NM1*DN*1*ROWE*TAMSIN****XX*1200000028", "NM1*DN*1*ROWE*BRAM****XX*1200000010",
        "NM1*DN*1*ROWE*TAMSIN****XX*1200000028~NM1*DN*1*ROWE*BRAM****XX*1200000010",
        "NM1*P3*1*ROWE*TAMSIN****XX*1200000028",
    ),
    "facility": (
        "", "NM1*77*2*CLEARWAY HOSPITAL*****XX*1300000019~N3*1 MAIN ST~N4*BOISE*ID*837020100",
        "NM1*77*2*CLEARWAY HOSPITAL*****XX*1300000019~N3*1 MAIN ST~N4*MADISON*WI*537030210",
    ),
    "other payer": ("", "P", "S", "P paid", "P more", "P named"),
}  # fmt: skip
_OTHER_PAYER = {
    "": "",
    "P": "SBR*P*18*******CI~AMT*D*20~OI***Y***Y~NM1*IL*1*ROOK*BRAM****MI*X1~NM1*PR*2*OTHER*****PI*OTH01",
    "S": "SBR*S*18*******CI~AMT*D*20~OI***Y***Y~NM1*IL*1*ROOK*BRAM****MI*X1~NM1*PR*2*OTHER*****PI*OTH01",
    "P paid": "SBR*P*18*******CI~CAS*CO*45*10~AMT*D*20~OI***Y***Y~NM1*IL*1*ROOK*BRAM****MI*X1"
    "~NM1*PR*2*OTHER*****PI*OTH01",
    "P more": "SBR*P*18*******CI~AMT*D*30~OI***Y***Y~NM1*IL*1*ROOK*BRAM****MI*X1~NM1*PR*2*OTHER*****PI*OTH02",
    "P named": "SBR*P*18*******CI~AMT*D*20~OI***Y***Y~NM1*IL*1*ROOK*BRAM****MI*X1"
    "~NM1*PR*2*OTHER*****PI*OTH01~REF*F8*OLD1",
}
_LINE = {
    "number": ("", "zero", "again"),
    "code": (
        "96372", "J3420", "J1885", "99213", "99213:25", "96374", "J1885:JZ", "J1885:JW", "36415", "90471",
        "90686", "96372:59", "00840:AA", "20999", "A0429",
    ),
    "charge": ("35", "0.01", "11.40", "0", "11.4", "-5", "9000"),
    "unit": ("UN", "MJ"),
    "units": ("1", "2", "0.5", "20"),
    "line place": ("", "22", "11", "21"),
    "line attachment": ("", "PWK*M1*FX", "PWK*M1*AA"),
    "pointers": ("1", "2", "1:2", "1:1", "9", "", "01", "2:1"),
    "when": ("day", "after", "range", "day as range", "long before", "no such day", "backwards"),
    "other date": ("", "DTP*738*D8*20260501", "DTP*738*D8*20260502"),
    "shipped": ("", "DTP*011*D8*20260501"),
    "control": ("", "REF*6R*1", "REF*6R*2"),
    "line authorization": ("", "REF*G1*L7", "REF*G1*L8"),
    "sales tax": ("", "AMT*T*1", "AMT*T*1.005"),
    "line note": ("", "NTE*ADD*IV PUSH", "NTE*ADD*DOSE"),
    "ndc": (
        "", "LIN**N4*00409379501~CTP****1*ML", "LIN**N4*00143961901~CTP****1*ML",
        "LIN**N4*00409379501~CTP****2*ML", "LIN**N4*00409379501~CTP****1*UN",
        "LIN**N4*00409379501~CTP****1*ML~REF*XZ*1",
    ),
    "line rendering": (
        "", "NM1*82*1*ROWE*TAMSIN****XX*1200000028", "NM1*82*1*WREN*ODALYS****XX*1200000010",
        "NM1*82*1*WREN*ODALYS****XX*1300000019", "NM1*82*1*WREN*ODALYS",
    ),
    "ordering": ("", "NM1*DK*1*ROWE*TAMSIN****XX*1200000028", "NM1*DK*1*ROWE*TAMSIN****XX*1200000029"),
    "line referring": (
        "", "NM1*DN*1*ROWE*TAMSIN****XX*1200000028~NM1*DN*1*ROWE*BRAM****XX*1200000010",
    ),
    "form": ("", "LQ*UT*04.04C~FRM*1A*Y", "LQ*UT*09.03~FRM*1A*Y"),
    "adjudication": (
        "", "SVD*OTH01*20*HC:96372**1~DTP*573*D8*20260601",
        "SVD*OTH01*20*HC:96372**1~CAS*CO*45*15~DTP*573*D8*20260601",
        "SVD*OTH01*20*HC:96372**1~DTP*573*D8*20260602",
    ),
}  # fmt: skip
_WHOLE = {
    "transaction": ("MILLBROOK", "WILLOW"),
    "day": ("20260513", "20260514", "20260401", "20260331", "20251231", "20260701"),
    "lines": ("1", "2", "3"),
}
LINES = 3
SLOTS: Mapping[str, int] = {
    name: len(variants)
    for slots in (
        *(_WHOLE, _BILLING, _SUBSCRIBER, _PATIENT, _CLAIM),
        *({f"{name} {line}": variants for name, variants in _LINE.items()} for line in range(1, LINES + 1)),
    )
    for name, variants in slots.items()
}
"""How many variants each part of a claim has, by its name; the first is the usual one."""

USUAL: Look = {
    **dict.fromkeys(SLOTS, 0), "lines": 1, "code 2": 1, "code 3": 3, "filing": 1, "payer": 1,
    "member": 2,
}  # fmt: skip
"""An injection, its drug, and perhaps a visit."""
USUAL_LOOKS: tuple[Look, ...] = (
    USUAL,
    {**USUAL, "patient": 1, "relation": 1, "lines": 2},
    {
        **USUAL,
        "filing": 0,
        "payer": 0,
        "member": 0,
        "lines": 2,
        "ndc 2": 2,
        "line rendering 2": 1,
        "rendering": 2,
    },
    {**USUAL, "other payer": 1, "adjudication 1": 1, "lines": 2, "when 2": 1, "when 3": 2, "rendering": 2},
)

RICH: Look = {
    **{name: min(1, count - 1) for name, count in SLOTS.items()}, "lines": 2, "code 2": 4, "pointers 1": 2,
    "pointers 2": 2, "number 1": 0, "middle": 1, "ndc 1": 5, "total": 0, "when 1": 0, "when 2": 0,
    "adjudication 1": 2, "facility": 1, "other payer": 3, "authorization": 3,
}  # fmt: skip
"""A claim that has everything."""


def file_of(looks: Sequence[Look]) -> bytes:
    """Return a file with these claims, in this order."""
    sets: list[list[str]] = []
    levels, billing_at, subscriber_at = 0, 0, 0
    submitter = ""
    billing: list[str] = []
    subscriber: list[str] = []
    patient: list[str] = []
    for number, look in enumerate(looks, start=1):
        own_submitter = str(_WHOLE["transaction"][look["transaction"]])
        if own_submitter != submitter:
            submitter, levels, billing = own_submitter, 0, []
            body = _header(submitter, len(sets) + 1)
            sets.append(body)
        own_billing, own_subscriber, own_patient = _billing(look), _subscriber(look), _patient(look)
        if own_billing != billing:
            levels += 1
            billing_at, subscriber = levels, []
            body += [f"HL*{levels}**20*1", *own_billing]
        # A claim of the subscriber cannot follow those of patients in the same loop.
        if own_subscriber != subscriber or (patient and not own_patient):
            levels += 1
            subscriber_at, patient = levels, []
            body += [f"HL*{levels}*{billing_at}*22*{int(bool(own_patient))}", *own_subscriber]
        if own_patient and own_patient != patient:
            levels += 1
            body += [f"HL*{levels}*{subscriber_at}*23*0", *own_patient]
        billing, subscriber, patient = own_billing, own_subscriber, own_patient
        body += _claim(look, number)
    segments = [
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'MILLBROOK':15}*ZZ*{'CLEARWAY':15}*260601*0900*^*00501*000000001*0*T*:",
        "GS*HC*MILLBROOK*CLEARWAY*20260601*0900*1*X*005010X222A1",
        *(segment for body in sets for segment in (*body, f"SE*{len(body) + 1}*{body[0][7:11]}")),
        f"GE*{len(sets)}*1", "IEA*1*000000001",
    ]  # fmt: skip
    return "".join(f"{segment}~" for segment in segments).encode()


def variations(look: Look) -> Iterator[Look]:
    """Yield a claim, and all that differ from it in one part."""
    yield look
    for name, count in SLOTS.items():
        if name[-1].isdigit() and int(name[-1]) > look["lines"] + 1:
            continue
        for variant in range(count):
            if variant != look[name]:
                yield {**look, name: variant}


def shuffled(looks: Iterable[Look], seed: int = 1) -> list[Look]:
    """Return claims in another order, always the same."""
    found = list(looks)
    random.Random(seed).shuffle(found)
    return found


@st.composite
def lookalikes(draw: st.DrawFn, *, most: int = 12) -> list[Look]:
    """Claims of which most are earlier ones with one or two parts changed, or none."""
    found: list[Look] = []
    for _ in range(draw(st.integers(2, most))):
        look = draw(st.sampled_from((*USUAL_LOOKS, *found[-4:])))
        for _ in range(draw(st.integers(0, 3))):
            name = draw(st.sampled_from(_NAMES))
            look = {**look, name: draw(st.integers(0, SLOTS[name] - 1))}
        found.append(look)
    return found


_NAMES = tuple(SLOTS)


def _part(slots: Mapping[str, Sequence[str]], look: Look, name: str, line: int | str = "") -> str:
    return slots[name][look[f"{name} {line}" if line else name]]


def _segments(*texts: str) -> list[str]:
    return [segment for text in texts if text for segment in text.split("~")]


def _header(submitter: str, number: int) -> list[str]:
    return [
        f"ST*837*{number:04d}*005010X222A1", f"BHT*0019*00*B{number}*20260601*0900*CH",
        f"NM1*41*2*{submitter} BILLING OFFICE*****46*{submitter}", "PER*IC*TAMSIN ROWE*TE*6145550142",
        f"NM1*40*2*{submitter} EXCHANGE*****46*CLEARWAY",
    ]  # fmt: skip


def _billing(look: Look) -> list[str]:
    name, street, city, pay_to, taxonomy = (_part(_BILLING, look, each) for each in _BILLING)
    return _segments(taxonomy, name, f"N3*{street}", city, "REF*EI*311234567", pay_to)


def _subscriber(look: Look) -> list[str]:
    part = {name: _part(_SUBSCRIBER, look, name) for name in _SUBSCRIBER}
    sbr = f"SBR*{part['responsibility']}*{part['relation']}***{part['insurance type']}****{part['filing']}"
    number = f"***{part['member number']}*{part['member']}" if part["member"] else ""
    names = f"{part['last']}*{part['first']}*{part['middle']}"
    return _segments(
        sbr, part["death"], f"NM1*IL*1*{names}{number}".rstrip("*"), part["street"], "N4*COLUMBUS*OH*43215",
        f"DMG*D8*{part['birth']}*{part['sex']}", part["insurer's number"], part["payer"],
        part["payer number"],
    )  # fmt: skip


def _patient(look: Look) -> list[str]:
    part = {name: _part(_PATIENT, look, name) for name in _PATIENT}
    if not part["patient"]:
        return []
    return _segments(
        f"PAT*{part['patient relation']}{part['patient death']}",
        part["patient"], part["patient street"], "N4*COLUMBUS*OH*43215",
        f"DMG*D8*{part['patient birth']}*{part['patient sex']}",
    )  # fmt: skip


def _claim(look: Look, number: int) -> list[str]:
    part = {name: _part(_CLAIM, look, name) for name in _CLAIM}
    count = _WHOLE["lines"][look["lines"]]
    lines = [_line(look, line) for line in range(1, int(count) + 1)]
    total = sum(
        (_number(_part(_LINE, look, "charge", line)) for line in range(1, int(count) + 1)), Decimal(0)
    )
    totals = {
        "sum": f"{total:f}",
        "more": f"{total + 1:f}",
        "zero": "0",
        "cents": "0.5",
        "with a zero": f"0{total:f}",
    }
    causes = f"**{part['causes']}" if part["causes"] else ""
    return _segments(
        f"CLM*C{number}{part['control number']}*{totals[part['total']]}***{part['place']}:B"
        f":{part['frequency']}*Y*{part['assignment']}*Y*Y{causes}",
        *(
            part[name]
            for name in (
                *("onset", "accident", "contact", "stay", "attachment", "paid", "authorization", "trace"),
                *("claim note", "transport", "condition"),
            )
        ),
        f"HI*{part['diagnoses']}",
        *(part[name] for name in ("referring", "rendering", "facility")),
        _OTHER_PAYER[part["other payer"]],
        *lines,
    )


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


def _line(look: Look, number: int) -> str:
    part = {name: _part(_LINE, look, name, number) for name in _LINE}
    day = str(_WHOLE["day"][look["day"]])
    dates = {
        "day": f"D8*{day}", "after": f"D8*{int(day) + 1}" if day[-2:] < "28" else "D8*20260601",
        "range": "RD8*20260501-20260503", "day as range": f"RD8*{day}-{day}", "long before": "D8*20240102",
        "no such day": "D8*20260230", "backwards": "RD8*20260503-20260501",
    }  # fmt: skip
    written = {"": str(number), "zero": f"0{number}", "again": f"{number}1"}[part["number"]]
    measured = f"{part['unit']}*{part['units']}"
    sv1 = f"SV1*HC:{part['code']}*{part['charge']}*{measured}*{part['line place']}**{part['pointers']}"
    texts = (
        f"LX*{written}", sv1.rstrip("*"), part["line attachment"],
        f"DTP*472*{dates[part['when']]}", part["other date"],
        part["shipped"], part["line authorization"], part["control"], part["sales tax"], part["line note"],
        part["ndc"],
        part["line rendering"], part["ordering"], part["line referring"], part["adjudication"], part["form"],
    )  # fmt: skip
    return "~".join(text for text in texts if text)
