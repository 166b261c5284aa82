"""An injection is billed with an antineoplastic administration of the same day, and nothing sets it apart.

What is wrong
    The claim bills the injection 96372 and an administration of the group 96401-96549 for the same day and
    provider, and neither line bears modifier 59, XE, XP, XS or XU.

Why it is refused
    The correct coding edits of Medicare and Medicaid take the injection for a part of the other
    administration unless a modifier says that it was an injection of its own.

How to correct it
    Read the record of that day. If a supporting drug was injected by itself, a person who may decide that
    adds the modifier to the injection's line. If it was the antineoplastic drug that was injected, only its
    own administration is billed: take the injection off. Nothing is repaired here.
"""

from scrubber.engine import Parameter

from ..shared.ncci import bundled_edit

edit = bundled_edit(
    id="ADM-02",
    title="Injection with an antineoplastic administration, not set apart",
    to_do="If 96372 was a separate injection, append 59 or X{EPSU} to it; otherwise remove the 96372 line.",
    denials=("CO-236", "CO-97"),
    needs=("injection", "antineoplastic_administration"),
    others=Parameter(
        (
            "96401-96402", "96405-96406", "96409", "96413", "96416", "96420", "96422", "96425",
            "96440", "96446", "96450", "96542",
        ),
        "administrations that the injection is a part of",
    ),
)  # fmt: skip
