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
from msgspec.structs import replace

from scrubber.api import make_policy
from scrubber.cli.main import main
from scrubber.engine.finding import AppliedFix, Finding, Where
from scrubber.engine.policy import Policy
from scrubber.report.formats import FORMATS
from scrubber.report.masking import HIDDEN, Mask, envelope_texts, masked_finding
from scrubber.x12 import Segment
from scrubber.x12.delimiters import Delimiters
from tests.support.reporting import reports
from tests.support.running import AS_OF, shipped, write_edits
from tests.support.scrubbed import plain_finding

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "837"

LOUD_EDIT = '''\
"""Every segment of a claim is at fault in each of its elements, and said with its text."""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.field import Field
from scrubber.engine import CheckResult, Context, Edit, Hit, unsafe

edit = Edit(id="TEST-08", title="Loud", snip=7, severity="reject", sources=("this test",))


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
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
                        yield Hit(at=field, message=said, fix=unsafe((field, f"{field}X")))
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


def test_a_card_shows_no_value_of_a_hidden_place(loud: Policy) -> None:
    """Where the description of a service has slipped into the charge, no format shows it as one.

    The finding is about a separator and names no value; unmasked, those that show the segment show it.
    """
    raw = _file(patient=False).replace(b"SV1*HC:J3490", b"SV1**HC:J3490")
    shown, masked = (_texts(reports(raw, policy=loud, masked=is_masked)) for is_masked in (False, True))
    assert {name for name, text in shown.items() if "CANARY DRUG" in text} == {"text", "html"}
    assert {name: told for name, text in masked.items() if (told := _telling(text))} == {}


def test_a_fixed_member_id_is_gone_before_and_after() -> None:
    """What a hidden value was and has become is hidden in finding, excerpt and diff."""
    raw = (FIXTURES / "clean" / "injection-subscriber.837").read_bytes()
    raw = raw.replace(b"*MI*1EG4TE5MK73", b"*MI*1eg4-te5-mk73")
    found = _texts(reports(raw, policy=shipped("safe"), masked=True, diff=True))
    plain = _texts(reports(raw, policy=shipped("safe"), diff=True))
    assert "1EG4TE5MK73" in plain["text"], "this test needs an edit that fixes member ids"
    for name, text in found.items():
        assert not re.search("1EG4-?TE5-?MK73", text, re.IGNORECASE), name


@given(st.characters(min_codepoint=0xC0, max_codepoint=0xFF, categories=["Lu", "Ll"]))
@settings(max_examples=4)
def test_not_even_one_letter_of_a_name_is_told(letter: str) -> None:
    """A letter that X12 does not have is named in plain text, and in no masked report."""
    raw = (FIXTURES / "clean" / "injection-subscriber.837").read_bytes()
    raw = raw.replace(b"LARKSPUR", b"LAR" + letter.encode("latin-1") + b"SPUR")
    shown, masked = (
        _texts(reports(raw, policy=shipped(), formats=("text", "csv"), masked=is_masked))
        for is_masked in (False, True)
    )
    assert {name for name, text in shown.items() if letter in text} >= {"text", "csv"}
    assert {name for name, text in masked.items() if letter in text} == set()
    assert "NM103" in masked["text"]


def _segment(body: str, number: int = 7) -> Segment:
    return Segment(body.encode(), number, 0, Delimiters(b"*", b":", b"^", b"~"))


def _finding(message: str, element: str, fix: AppliedFix | None = None) -> Finding:
    where = Where(segment=element[:-2], element=element, segment_number=7)
    return plain_finding("DX-01", message, where, fix)


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


def test_what_to_do_is_masked_like_the_message() -> None:
    """An edit may name values of the claim in its to_do, which hides them wherever the message does."""
    mask = Mask([_segment("CLM*AB-12*30")])
    finding = replace(_finding("It is AB-12.", "CLM01"), to_do="Replace AB-12 by 0012.")
    masked = masked_finding(finding, mask)
    assert (masked.message, masked.to_do) == (f"It is {HIDDEN}.", f"Replace {HIDDEN} by 0012.")
    fix = AppliedFix("safe", applied=False, before="AB-12", after="0012")
    assert masked_finding(replace(finding, fix=fix), mask).to_do == f"Replace {HIDDEN} by {HIDDEN}."
    short = replace(_finding("It is 12.", "CLM01"), to_do="Retype 12 in CLM01.")
    assert masked_finding(short, Mask([_segment("CLM*12*30")])).to_do == f"Retype {HIDDEN} in CLM01."


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
        # An element too many or too few: what stands in place of a code is nobody's code.
        ("DMG*20060214*M", f"DMG*{HIDDEN}*{HIDDEN}"),
        ("DMG**D8*20060214*M", f"DMG**{HIDDEN}*{HIDDEN}*{HIDDEN}"),
        ("N4**COLUMBUS*OH*43215", f"N4**{HIDDEN}*{HIDDEN}*{HIDDEN}"),
        ("N4*OH*43215", f"N4*{HIDDEN}*{HIDDEN}"),
        ("NM1*IL*FENWICK*SORREL", f"NM1*IL*{HIDDEN}*{HIDDEN}"),
        ("NM1*IL*1*FENWICK*SORREL***MI*X12", f"NM1*IL*1*{HIDDEN}*{HIDDEN}***{HIDDEN}*{HIDDEN}"),
        ("NM1*IL*1*FENWICK*SORREL****MI**X1", f"NM1*IL*1*{HIDDEN}*{HIDDEN}****MI**{HIDDEN}"),
        ("REF*999887777", f"REF*{HIDDEN}"),
        ("SBR*S**18*X1*GROUP*****CI", f"SBR*S**{HIDDEN}*{HIDDEN}*{HIDDEN}*****{HIDDEN}"),
        ("CLM**EX-1*30***11:B:1", f"CLM**{HIDDEN}*{HIDDEN}***{HIDDEN}"),
        ("CLM*EX-1*-30.5***11:B:1*Y", f"CLM*{HIDDEN}*-30.5***11:B:1*Y"),
        ("CLM*EX-1*30***11:FENWICK*Y", f"CLM*{HIDDEN}*30***{HIDDEN}*Y"),
        ("FRM*SORREL WALKS", f"FRM*{HIDDEN}"),
        ("CR1*LB*140**A*DH*12***AB*CD", f"CR1*LB*140**A*DH*12***{HIDDEN}*{HIDDEN}"),
        ("CR2********A**AB*CD", f"CR2********A**{HIDDEN}*{HIDDEN}"),
        ("FRM*12A**X*20060214*5.5", f"FRM*12A**{HIDDEN}*20060214*5.5"),
        ("SV1**HC:J3490:::::OIL FOR SORREL*30*UN", f"SV1**{HIDDEN}*30*{HIDDEN}"),
        # A terminator too few: the rest is another segment's.
        ("LX*1\nNTE*ADD*SORREL WALKS", f"LX*{HIDDEN}*{HIDDEN}*{HIDDEN}"),
        ("REF*X4*12D\rNTE*ADD*SORREL", f"REF*X4*{HIDDEN}*{HIDDEN}*{HIDDEN}"),
        ("REF*X4*12DNTE*ADD*SORREL", f"REF*X4*12DNTE*{HIDDEN}*{HIDDEN}"),
        ("HL*3*2*23*0PAT*19", f"HL*3*2*23*0PAT*{HIDDEN}"),
    ],
)
def test_in_doubt_it_is_hidden(body: str, shown: str) -> None:
    """All is hidden behind nobody, by unknown qualifiers, in unknown segments, in elements without use, where
    only a code can stand, and behind the first thing that does not belong into its segment.
    """
    level, segment = _segment("HL*2*1*22*0", 6), _segment(body)
    assert "*".join(Mask([level, segment]).texts(segment, segment)) == shown


@pytest.mark.parametrize(
    ("above", "body", "shown"),
    [
        (("HL*1**20*1",), "N4*COLUMBUS*OH*43215", False),
        (("HL*1**20*1", "PRV*BI*PXC*207Q00000X"), "N3*48 MEADOW LN", False),
        (("NM1*85*2*CLINIC",), "N3*48 MEADOW LN", True),
        (("NM1*85*2*CLINIC",), "N4*COLUMBUS*OH*43215", False),
        (("NM1*85*2*CLINIC", "N3*5 HARBOR WAY"), "N4*COLUMBUS*OH*43215", True),
        (("NM1*85*2*CLINIC", "N3*5 HARBOR WAY", "N4*A*OH*1"), "N4*COLUMBUS*OH*43215", False),
        (("NM1*85*2*CLINIC", "REF*EI*1"), "N3*48 MEADOW LN", False),
        (("NM1*DK*1*OAKES", "N3*A", "REF*0B*1"), "N4*COLUMBUS*OH*43215", False),
        (("NM1*IL*1*OAKES", "N3*A"), "N4*COLUMBUS*OH*43215", False),
        (("NM1*85*2*CLINIC", "N3*A", "N4*A*OH*1", "REF*EI*1"), "PER*IC*KIT*TE*6145550147", True),
        (("NM1*85*2*CLINIC", "HL*2*1*22*0"), "PER*IC*KIT*TE*6145550147", False),
        (("NM1*85*2*CLINIC", "ZZZ*1"), "PER*IC*KIT*TE*6145550147", False),
        (("NM1*82*1*OAKES",), "PER*IC*KIT*TE*6145550147", False),
        (("NM1*85*2*CLINIC", "PER*IC*A*TE*1"), "PER*IC*KIT*TE*6145550147", False),
    ],
)
def test_an_address_is_shown_behind_its_owner_only(above: tuple[str, ...], body: str, shown: bool) -> None:
    """Address and telephone of a provider are shown where the guide has them, directly behind its name."""
    segments = [_segment(text, number) for number, text in enumerate([*above, body], 1)]
    told = "*".join(Mask(segments).texts(segments[-1], segments[-1]))
    assert (told == body) is shown
    assert "48 MEADOW" not in told or shown
    assert "COLUMBUS" not in told or shown


def test_all_of_a_description_is_hidden() -> None:
    """What stands behind the description of a service, where the guide has nothing, is hidden, too."""
    segment = _segment("SV1*HC:J3490:::::OIL:FOR SORREL*1")
    mask = Mask([segment])
    assert mask.texts(segment, segment)[1] == f"HC:J3490:::::{HIDDEN}:{HIDDEN}"
    assert mask.text("It says FOR SORREL.") == f"It says {HIDDEN}."
    found = [mask.value(7, f"SV101{part}") for part in ("", "-7", "-8", "-2")]
    assert found == ["OIL", "OIL", "FOR SORREL", None]
    fix = AppliedFix("safe", applied=True, before="A", after="B")
    for element in ("SV101", "SV101-7", "SV101-8"):
        told = masked_finding(_finding("It is A.", element, fix), mask)
        assert (told.message, told.fix) == (f"It is {HIDDEN}.", replace(fix, before=HIDDEN, after=HIDDEN))
    assert masked_finding(_finding("It is A.", "SV101-2", fix), mask).fix == fix


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("HL*2*1*22*1", "HL*2*1*22*1"),
        ("HL*2*1*22*1SBR*P*18*X1", f"HL*2*1*22*1SBR*{HIDDEN}*{HIDDEN}*{HIDDEN}"),
        ("SE*85*0001", "SE*85*0001"),
        ("SE*85*0001\nNM1*IL*1*FENWICK", "SE*85" + f"*{HIDDEN}" * 4),
        ("NM1*IL*1*FENWICK", f"NM1*{HIDDEN}"),
        ("FENWICK*1", f"{HIDDEN}*{HIDDEN}"),
    ],
)
def test_segments_outside_of_claims(body: str, shown: str) -> None:
    """Of an envelope that is merged with what follows only its own is shown, of all others the id."""
    assert "*".join(envelope_texts(_segment(body))) == shown


def test_a_date_is_hidden_however_it_is_written() -> None:
    """A date of birth in a message is hidden as it was sent and in ISO form, a name also in capitals."""
    mask = Mask([_segment("DMG*D8*20060214*M", 7), _segment("NM1*QC*1*O'Dell*Bram", 8)])
    assert mask.text("Born 2006-02-14 (20060214).") == f"Born {HIDDEN} ({HIDDEN})."
    assert mask.text("O'DELL, BRAM; ODell; Bramble") == f"{HIDDEN}, {HIDDEN}; {HIDDEN}; Bramble"


def test_no_part_of_a_longer_value_is_left() -> None:
    """Where one hidden value is the beginning of another, all of the longer one goes."""
    mask = Mask([_segment("NM1*QC*1*MARIA LUND*MARIA")])
    assert mask.text("It is MARIA LUND, called MARIA.") == f"It is {HIDDEN}, called {HIDDEN}."


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


_QUICK = ("text", "json", "csv", "xml")
_DAMAGES = ("drop", "id", "qualifier", "before", "more", "less", "merge", "cut")


@given(
    st.booleans(),
    st.lists(st.tuples(st.integers(7, 100), st.sampled_from(_DAMAGES)), min_size=1, max_size=6),
)
@settings(max_examples=60)
def test_a_broken_file_tells_nothing_either(patient: bool, damages: list[tuple[int, str]]) -> None:
    """Where segments are missing, cut, merged, shifted, or have a wrong id or qualifier, no name or address
    comes to light.
    """
    segments = [segment + b"~\n" for segment in _file(patient=patient).split(b"~\n")[:-1]]
    for at, damage in damages:
        elements = segments[at % len(segments)].removesuffix(b"~\n").split(b"*")
        if damage == "drop":
            elements = []
        elif damage == "id":
            elements[0] = b"QQQ"
        elif damage == "qualifier":
            elements[1:2] = [b"ZZ"]
        elif damage == "before":
            elements = [b"ZZZ*CANARY~", *elements]
        elif damage == "more":
            elements[1:1] = [b""]
        elif damage == "less":
            elements[1:2] = []
        elif damage == "cut":
            elements[1:1] = [b"~\n"]
        segments[at % len(segments)] = b"*".join(elements) + (b"\n" if damage == "merge" else b"~\n")
    raw = b"".join(segments)
    found = _texts(reports(raw, policy=_loud(), formats=_QUICK, masked=True, diff=True))
    assert {name: told for name, text in found.items() if (told := _telling(text))} == {}
