"""An injection is billed with the vaccination 90460 of the same day, and nothing sets it apart.

What is wrong
    The claim bills the injection 96372 and the vaccination with counselling 90460 for the same day and
    provider, and neither line bears modifier 59, XE, XP, XS or XU.

Why it is refused
    The correct coding edits of Medicare and Medicaid take the injection for a part of 90460 unless a
    modifier says that it was another one. The vaccinations 90471-90474 have no such rule.

How to correct it
    If another drug, no vaccine, was injected too, a person who may decide that adds the modifier to the
    injection's line. If 96372 stands for giving the vaccine, take it off: 90460 says that already. Nothing
    is repaired here.
"""

from scrubber.engine import Parameter

from ..shared.ncci import bundled_edit

edit = bundled_edit(
    id="ADM-07",
    title="Injection with the vaccination 90460, nothing sets it apart",
    to_do=(
        "Remove 96372 if it stands for giving the vaccine; if another drug was injected, append 59 or "
        "X{EPSU} to 96372."
    ),
    denials=("CO-236",),
    needs=("injection", "vaccine_administration"),
    others=Parameter(
        ("90460",),
        "vaccinations that the injection is a part of",
    ),
)
