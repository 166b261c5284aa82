"""96372 is billed with a chemotherapy administration on the same day without an NCCI-associated modifier.

What is wrong
    The claim bills the injection 96372 and an administration in the range 96401-96549 for the same day
    and provider, and neither line has modifier 59, XE, XP, XS or XU.

Why it is refused
    The NCCI PTP edits of Medicare and Medicaid bundle 96372 into the other administration unless a
    modifier shows that it was a separate injection.

How to correct it
    Check the chart for that day. If a supportive drug was injected separately, the provider or a coder
    may append the modifier to the 96372 line. If the antineoplastic drug itself was injected, only its
    own administration is billed: remove the 96372 line.
"""

from scrubber.engine import Parameter

from ..shared.ncci import bundled_edit

edit = bundled_edit(
    id="ADM-02",
    title="96372 with chemotherapy administration, no NCCI-associated modifier",
    to_do=(
        "Append 59 or X{EPSU} to 96372 if a supportive drug was injected separately; otherwise remove the "
        "96372 line."
    ),
    denials=("CO-236", "CO-97"),
    needs=("injection", "antineoplastic_administration"),
    others=Parameter(
        (
            "96401-96402", "96405-96406", "96409", "96413", "96416", "96420", "96422", "96425",
            "96440", "96446", "96450", "96542",
        ),
        "administrations that 96372 is bundled into",
    ),
)  # fmt: skip
