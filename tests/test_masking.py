"""A masked report: nothing of the people a claim is about, and all that a biller works with."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.api import make_policy
from scrubber.cli import main
from scrubber.edit.finding import AppliedFix, Finding, Where
from scrubber.edit.policy import Policy
from scrubber.output.formats import FORMATS
from scrubber.output.masking import HIDDEN, Mask
from scrubber.output.view import masked_finding
from scrubber.x12 import Segment
from scrubber.x12.delimiters import Delimiters
from tests.support.reporting import reports
from tests.support.running import AS_OF, shipped, write_edits

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "837"

LOUD_EDIT = '''\
"""Every segment of a claim is at fault in each of its elements, and said with its text."""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.field import Field
from scrubber.edit import Context, Edit, Found, Outcome, unsafe

edit = Edit(id="TEST-08", title="Loud", snip=7, severity="reject", sources=("this test",))


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[Outcome]:
    loops = [claim._loop, claim._subscriber_level, claim._provider_level]
    loops += [claim._patient_level] if claim._patient_level else []
    while loops:
        loop = loops.pop()
        loops += loop.loops
        for segments in loop.segments.values():
            for segment in segments:
                for element in range(1, len(segment.elements)):
                    field = Field.of(segment, element, 0, loop.id)
                    if field:
                        said = f"{segment.id} says {field}, not ({field.upper()})."
                        yield Found(at=field, message=said, fix=unsafe((field, f"{field}X")))
'''

_PROVIDER = """\
HL*1**20*1~
PRV*BI*PXC*207Q00000X~
NM1*85*2*KEEPBILLING*****XX*1300000019~
N3*KEEPROAD 1~
N4*KEEPTOWN*OH*432150100~
REF*EI*311234567~
PER*IC*KEEPCONTACT*TE*6145550111~
NM1*87*2~
N3*KEEPBOX 2~
N4*KEEPTOWN*OH*432150100~
NM1*PE*2*KEEPPLAN*****PI*KEEPPE01~
N3*KEEPBOX 3~
N4*KEEPTOWN*OH*432150100~
REF*2U*KEEPPE02~
"""
_INSURED = """\
HL*2*1*22*{children}~
SBR*P*{self}*CANARY01*CANARY GROUP*****CI~
{pat}NM1*IL*1*CANARYNAME*CANARYFIRST*CANARYMIDDLE**CANARYSUFFIX*MI*CANARY02~
N3*CANARY STREET*CANARY APT~
N4*CANARYTOWN*OH*43999~
DMG*D8*19331231*M~
REF*SY*999887777~
REF*Y4*CANARY03~
PER*IC*CANARYCONTACT*TE*9995550142*EX*99942~
NM1*PR*2*KEEPPAYER*****PI*KEEPPR01~
N3*KEEPBOX 4~
N4*KEEPTOWN*OH*432150100~
REF*FY*KEEPPR02~
REF*G2*KEEPPR03~
"""
_PATIENT = """\
HL*3*2*23*0~
PAT*19**** D8*19331230~
NM1*QC*1*CANARYNAME*CANARYCHILD****MI*CANARY04~
N3*CANARY STREET~
N4*CANARYTOWN*OH*43999~
DMG*D8*19331229*F~
REF*1W*CANARY05~
REF*Y4*CANARY06~
PER*IC*CANARYCONTACT*TE*9995550143~
""".replace(" D8", "D8")
_CLAIM = """\
CLM*CANARY10*167.25***11:B:1*Y*A*Y*Y~
DTP*431*D8*20260511~
PWK*OZ*BM***AC*CANARY11~
CN1*09***CANARY12~
REF*4N*1~
REF*F8*CANARY13~
REF*G1*CANARY14~
REF*9F*CANARY15~
REF*X4*KEEPCLIA~
REF*9A*CANARY16~
REF*D9*CANARY17~
REF*EA*CANARY18~
K3*CANARY FIXED~
NTE*ADD*CANARY NOTE OF CANARYNAME~
CR1*LB*140**A*DH*12***CANARY ROUND*CANARY STRETCHER~
CR2********A**CANARY BACK*CANARY NECK~
HI*ABK:E538*ABF:I10~
NM1*82*1*KEEPDOCTOR*ODALYS****XX*1200000010~
REF*0B*KEEPLICENCE~
NM1*PW*2~
N3*CANARY HOUSE~
N4*CANARYVILLE*OH*43998~
SBR*S*18*CANARY20*CANARY OTHER*****CI~
OI***Y***Y~
NM1*IL*1*CANARYOTHER*CANARYSPOUSE****MI*CANARY21~
N3*CANARY LANE~
N4*CANARYCITY*OH*43997~
REF*SY*999887776~
NM1*PR*2*KEEPOTHER*****PI*KEEPOT01~
DTP*573*D8*20260601~
REF*2U*KEEPOT02~
REF*F8*CANARY22~
REF*G1*CANARY23~
REF*T4*CANARY24~
LX*1~
SV1*HC:J3490:::::CANARY DRUG*128.5*UN*1***2~
PWK*OZ*BM***AC*CANARY30~
DTP*472*D8*20260515~
REF*6R*CANARY31~
REF*G1*CANARY32~
REF*9D*CANARY33~
K3*CANARY LINE~
NTE*ADD*CANARY LINENOTE~
NTE*TPO*CANARY THIRD~
LIN**N4*00143961901~
CTP****1*ML~
REF*XZ*CANARY34~
NM1*DK*1*KEEPORDERING*A****XX*1200000010~
REF*G2*KEEPORDER01~
LQ*UT*04.04~
FRM*1A**CANARY ANSWER~
TRN*1*CANARY35*CANARY36~
ZZZ*CANARY37~
"""
_HEAD = """\
ISA*00*          *00*          *ZZ*MILLBROOK      *ZZ*CLEARWAY       *260601*0900*^*00501*000000001*0*T*:~
GS*HC*MILLBROOK*CLEARWAY*20260601*0900*1*X*005010X222A1~
ST*837*0001*005010X222A1~
BHT*0019*00*KEEPBATCH*20260601*0900*CH~
NM1*41*2*KEEPSUBMITTER*****46*MILLBROOK~
PER*IC*KEEPTAMSIN*TE*6145550142~
NM1*40*2*KEEPRECEIVER*****46*CLEARWAY~
"""
_TELLING = (
    "CANARY", "43999", "43998", "43997", "19331", "99988777", "999555", "99942", "CANARYVILLE",
)  # fmt: skip
"""What may be nowhere in a masked report: also ZIP codes, birth and death, social security, telephone."""
_NEEDED = (
    "E538", "I10", "J3490", "00143961901", "20260515", "128.5", "167.25", "KEEPPR01", "KEEPPAYER",
    "KEEPDOCTOR", "KEEPBILLING", "1300000019", "1200000010", "KEEPPLAN", "KEEPPE02", "KEEPOT01", "KEEPOT02",
    "KEEPCLIA", "KEEPLICENCE", "KEEPORDER01", "311234567", "KEEPPR02", "KEEPPR03", "20260511",
    "KEEPROAD 1",
)  # fmt: skip


def _file(*, patient: bool) -> bytes:
    """A claim with something telling in every element that may hold it, in the patient's loop or not."""
    insured = _INSURED.format(
        children=int(patient), self="" if patient else "18", pat="" if patient else "PAT*****D8*19331228~\n"
    )
    body = _PROVIDER + insured + (_PATIENT if patient else "") + _CLAIM
    count = (_HEAD + body).count("~") - 2 + 1
    return (_HEAD + body + f"SE*{count}*0001~\nGE*1*1~\nIEA*1*000000001~\n").encode()


@cache
def _loud() -> Policy:
    """All shipped edits, and one that finds fault with every element and says its text."""
    with tempfile.TemporaryDirectory() as name:
        folder = write_edits(Path(name) / "edits", LOUD_EDIT)
        return make_policy(as_of=AS_OF, edits=[folder], fix=("safe",))


@pytest.fixture
def loud() -> Policy:
    return _loud()


def _texts(found: dict[str, bytes]) -> dict[str, str]:
    """The reports as text; a workbook unzipped."""
    texts = {}
    for name, raw in found.items():
        if name == "xlsx":
            with zipfile.ZipFile(io.BytesIO(raw)) as book:
                parts = [book.read(part) for part in book.namelist()]
        else:
            parts = [raw]
        texts[name] = b"".join(parts).decode()
    return texts


def _telling(text: str) -> set[str]:
    # A hash of the file or a place in it may hold any digits.
    text = re.sub(r"[0-9a-f]{64}|byte [0-9]+", "", text)
    return {word for word in _TELLING if word in text}


@pytest.mark.parametrize("patient", [False, True], ids=["subscriber", "patient"])
def test_a_masked_report_tells_nothing_of_the_people(loud: Policy, *, patient: bool) -> None:
    """No format shows names, ids, addresses, birth, free text or accounts of patient and insured."""
    found = _texts(reports(_file(patient=patient), policy=loud, masked=True, statistics=True, diff=True))
    assert {name: told for name, text in found.items() if (told := _telling(text))} == {}
    assert found.keys() == FORMATS.keys()
    assert {name for name, text in found.items() if HIDDEN not in text} == set()


@pytest.mark.parametrize("patient", [False, True], ids=["subscriber", "patient"])
def test_without_a_mask_it_is_all_there(loud: Policy, *, patient: bool) -> None:
    """The same reports unmasked show every canary, so that their absence says something."""
    raw = _file(patient=patient)
    sent = set(re.findall(r"CANARY[0-9A-Z]*", raw.decode()))
    text = reports(raw, policy=loud, formats=("text",))["text"].decode()
    unspoken = {"CANARY35", "CANARY36", "CANARY37"}  # segments that no loop has
    assert sent - set(re.findall(r"CANARY[0-9A-Z]*", text)) <= unspoken
    assert len(sent) > 30


@pytest.mark.parametrize("patient", [False, True], ids=["subscriber", "patient"])
def test_a_masked_report_keeps_what_a_biller_needs(loud: Policy, *, patient: bool) -> None:
    """Procedure, diagnosis, NDC, dates of service, charges, payers and providers are not hidden."""
    text = reports(_file(patient=patient), policy=loud, formats=("text",), masked=True)["text"].decode()
    assert [word for word in _NEEDED if word not in text] == []


def test_a_repaired_member_id_is_gone_before_and_after() -> None:
    """What a hidden value was and has become is hidden in finding, excerpt and diff."""
    raw = (FIXTURES / "clean" / "injection-subscriber.837").read_bytes()
    raw = raw.replace(b"*MI*1EG4TE5MK73", b"*MI*1eg4-te5-mk73")
    found = _texts(reports(raw, policy=shipped("safe"), masked=True, diff=True))
    plain = _texts(reports(raw, policy=shipped("safe"), diff=True))
    assert "1EG4TE5MK73" in plain["text"], "this test needs an edit that repairs member ids"
    for name, text in found.items():
        assert not re.search("1EG4-?TE5-?MK73", text, re.IGNORECASE), name


def _segment(body: str, number: int = 7) -> Segment:
    return Segment(body.encode(), number, 0, Delimiters(b"*", b":", b"^", b"~"))


def _finding(message: str, element: str, fix: AppliedFix | None = None) -> Finding:
    where = Where(segment=element[:-2], element=element, segment_number=7)
    return Finding("DX-01", "reject", message, where, fix, (), (), 1, "base", ())


def test_a_short_value_is_hidden_where_the_finding_is_about_it() -> None:
    """A value too short to be looked for everywhere is hidden in what is said of its own place."""
    mask = Mask([_segment("CLM*12*30")])
    told = masked_finding(_finding("The number 12 is short; there are 120.", "CLM01"), mask)
    assert told.message == f"The number {HIDDEN} is short; there are 120."
    fix = AppliedFix("safe", applied=True, before="12", after="0012")
    told = masked_finding(_finding("It was 12.", "CLM01", fix), mask)
    assert told.fix == AppliedFix("safe", applied=True, before=HIDDEN, after=HIDDEN)
    other = masked_finding(
        _finding("12 lines cost 30.", "CLM02", AppliedFix("safe", False, "30", "30.0")), mask
    )
    assert (other.message, other.fix) == ("12 lines cost 30.", AppliedFix("safe", False, "30", "30.0"))


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("DMG*D8*20060214*M", f"DMG*D8*{HIDDEN}*M"),
        ("N4*COLUMBUS*OH*43215", f"N4*{HIDDEN}*OH*{HIDDEN}"),
        ("NM1*ZZ*1*FENWICK*SORREL****MI*X1", f"NM1*ZZ*1*{HIDDEN}*{HIDDEN}****MI*{HIDDEN}"),
        ("NMI*IL*1*FENWICK", "*".join([HIDDEN] * 4)),
        ("SV1*HC:J3490:::::OIL FOR SORREL*1", f"SV1*HC:J3490:::::{HIDDEN}*1"),
        ("SV1*HC:J3490*1", "SV1*HC:J3490*1"),
        ("DTP*472*D8*20260515*FENWICK", f"DTP*472*D8*20260515*{HIDDEN}"),
        ("REF*QQ*X", f"REF*QQ*{HIDDEN}"),
        ("REF*", "REF*"),
    ],
)
def test_in_doubt_it_is_hidden(body: str, shown: str) -> None:
    """Behind nobody, by unknown qualifiers, in unknown segments and in elements without use all is hidden."""
    level, segment = _segment("HL*2*1*22*0", 6), _segment(body)
    assert "*".join(Mask([level, segment]).texts(segment, segment)) == shown


def test_a_date_is_hidden_however_it_is_written() -> None:
    """A date of birth in a message is hidden as it was sent and in ISO form, a name also in capitals."""
    mask = Mask([_segment("DMG*D8*20060214*M", 7), _segment("NM1*QC*1*O'Dell*Bram", 8)])
    assert mask.text("Born 2006-02-14 (20060214).") == f"Born {HIDDEN} ({HIDDEN})."
    assert mask.text("O'DELL, BRAM; ODell; Bramble") == f"{HIDDEN}, {HIDDEN}; {HIDDEN}; Bramble"


def test_an_unknown_segment_is_not_named() -> None:
    """What stands in place of a segment id may be anything, so it is hidden where it is no segment's."""
    raw = (FIXTURES / "clean" / "injection-patient.837").read_bytes()
    broken = raw.replace(b"NM1*QC*1*", b"FENWICK-QC-1-", 1)
    for name, text in _texts(reports(broken, policy=shipped(), masked=True)).items():
        assert "FENWICK" not in text, name


def test_file_names_are_hidden(tmp_path: Path) -> None:
    """A masked report calls files by their number: a name may be a patient's."""
    path = tmp_path / "fenwick_perry.837"
    path.write_bytes((FIXTURES / "broken" / "example.837").read_bytes())
    for name in FORMATS:
        done = CliRunner().invoke(
            main, ["check", str(path), str(path), "--mask", "--format", name, "--as-of", "2026-06-30"]
        )
        (text,) = _texts({name: done.stdout_bytes}).values()
        assert "fenwick" not in text
        assert "file 2" in text


_DAMAGES = ("drop", "id", "qualifier", "before")


@given(
    st.booleans(),
    st.lists(st.tuples(st.integers(7, 100), st.sampled_from(_DAMAGES)), min_size=1, max_size=6),
)
@settings(max_examples=60)
def test_a_broken_file_tells_nothing_either(patient: bool, damages: list[tuple[int, str]]) -> None:
    """Where segments are missing, or have a wrong id or qualifier, no name or address comes to light."""
    segments = _file(patient=patient).split(b"~\n")
    for at, damage in damages:
        elements = segments[at % len(segments)].split(b"*")
        if damage == "drop":
            elements = []
        elif damage == "id":
            elements[0] = b"QQQ"
        elif damage == "qualifier":
            elements[1:2] = [b"ZZ"]
        else:
            elements = [b"ZZZ*CANARY~", *elements]
        segments[at % len(segments)] = b"*".join(elements)
    raw = b"~\n".join(segment for segment in segments if segment)
    text = reports(raw, policy=_loud(), formats=("text",), masked=True, diff=True)["text"].decode()
    assert _telling(text) == set()
