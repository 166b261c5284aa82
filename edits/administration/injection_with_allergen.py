"""An injection is billed with allergen immunotherapy of the same day, and nothing sets it apart.

What is wrong
    The claim bills the injection 96372 and allergen immunotherapy (95115, 95117, or making the extract up,
    95144-95180) for the same day and provider, and neither line bears modifier 59, XE, XP, XS or XU.

Why it is refused
    Injecting the allergen is what 95115 and 95117 pay for. The correct coding edits of Medicare and Medicaid
    pay 96372 beside them only where a modifier says that another drug was injected.

How to correct it
    If 96372 stands for the allergen, take it off. If another drug was injected too, see that its own line is
    on the claim; a person who may decide that adds the modifier to the injection's line. Nothing is repaired
    here.
"""

from scrubber.engine import Parameter

from ..shared.ncci import bundled_edit

edit = bundled_edit(
    id="ADM-08",
    title="Injection with allergen immunotherapy, nothing sets it apart",
    to_do=(
        "Remove 96372 if it stands for the allergen; if another drug was injected, append 59 or X{EPSU} to "
        "96372."
    ),
    denials=("CO-236", "CO-97"),
    needs=("injection", "allergen_immunotherapy"),
    others=Parameter(
        ("95115", "95117", "95144-95149", "95165", "95170", "95180"),
        "allergen services that the injection is a part of",
    ),
)
