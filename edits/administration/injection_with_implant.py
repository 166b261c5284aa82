"""96372 is billed with an implant or pellet procedure on the same day without an NCCI-associated modifier.

What is wrong
    The claim bills the injection 96372 and a procedure on an implant or pellet under the skin (11976,
    11980-11983) for the same day and provider, and neither line has modifier 59, XE, XP, XS or XU.

Why it is refused
    The NCCI PTP edits of Medicare and Medicaid bundle 96372, such as for the local anesthetic, into the
    other procedure unless a modifier shows that it was a separate injection.

How to correct it
    If 96372 reports the pellet or the anesthetic, remove it. If another drug was injected elsewhere,
    the provider or a coder may append the modifier to the 96372 line.
"""

from scrubber.engine import Parameter

from ..shared.ncci import bundled_edit

edit = bundled_edit(
    id="ADM-11",
    title="96372 with implant or pellet procedure, no NCCI-associated modifier",
    to_do=(
        "Remove 96372 if it reports the pellet or the anesthetic; if another drug was injected "
        "elsewhere, append 59 or X{EPSU} to 96372."
    ),
    denials=("CO-236",),
    needs=("injection", "surgery"),
    others=Parameter(
        ("11976", "11980-11983"),
        "procedures that 96372 is bundled into",
    ),
)
