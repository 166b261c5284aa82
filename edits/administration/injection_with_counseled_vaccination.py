"""96372 is billed with vaccine administration 90460 on the same day without an NCCI-associated modifier.

What is wrong
    The claim bills the injection 96372 and the vaccine administration with counseling 90460 for the same
    day and provider, and neither line has modifier 59, XE, XP, XS or XU.

Why it is refused
    The NCCI PTP edits of Medicare and Medicaid bundle 96372 into 90460 unless a modifier shows that it
    was a separate injection. The vaccine administrations 90471-90474 have no such edit.

How to correct it
    If another drug (not a vaccine) was injected as well, the provider or a coder may append the modifier
    to the 96372 line. If 96372 reports giving the vaccine, remove it: 90460 already reports that.
"""

from scrubber.engine import Parameter

from ..shared.ncci import bundled_edit

edit = bundled_edit(
    id="ADM-07",
    title="96372 with vaccine administration 90460, no NCCI-associated modifier",
    to_do=(
        "Remove 96372 if it reports giving the vaccine; if another drug was injected as well, append 59 "
        "or X{EPSU} to 96372."
    ),
    denials=("CO-236",),
    needs=("injection", "vaccine_administration"),
    others=Parameter(
        ("90460",),
        "vaccine administrations that 96372 is bundled into",
    ),
)
