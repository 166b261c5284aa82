"""An injection is billed with putting in or taking out an implant, and nothing sets it apart.

What is wrong
    The claim bills the injection 96372 and work on an implant or pellet under the skin (11976, 11980-11983)
    for the same day and provider, and neither line bears modifier 59, XE, XP, XS or XU.

Why it is refused
    The correct coding edits of Medicare and Medicaid take the injection, such as the local anaesthetic, for
    a part of the other procedure unless a modifier says that it was an injection of its own.

How to correct it
    If 96372 stands for the pellet or for the anaesthetic, take it off. If another drug was injected
    elsewhere, a person who may decide that adds the modifier to the injection's line. Nothing is repaired
    here.
"""

from scrubber.engine import Parameter

from ..shared.ncci import bundled_edit

edit = bundled_edit(
    id="ADM-11",
    title="Injection with an implant or pellet, nothing sets it apart",
    to_do=(
        "Remove 96372 if it stands for the pellet or the anesthetic; if another drug was injected "
        "elsewhere, append 59 or X{EPSU}."
    ),
    denials=("CO-236",),
    needs=("injection", "surgery"),
    others=Parameter(
        ("11976", "11980-11983"),
        "procedures that the injection is a part of",
    ),
)
