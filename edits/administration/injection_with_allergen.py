"""96372 is billed with allergen immunotherapy on the same day without an NCCI-associated modifier.

What is wrong
    The claim bills the injection 96372 and allergen immunotherapy (95115, 95117, or preparing the
    extract, 95144-95180) for the same day and provider, and neither line has modifier 59, XE, XP, XS or
    XU.

Why it is refused
    95115 and 95117 already pay for injecting the allergen. The NCCI PTP edits of Medicare and Medicaid
    pay 96372 with them only where a modifier shows that another drug was injected.

How to correct it
    If 96372 reports the allergen injection, remove it. If another drug was injected as well, make sure
    that the drug's own line is on the claim; the provider or a coder may then append the modifier to the
    96372 line.
"""

from scrubber.engine import Parameter

from ..shared.ncci import bundled_edit

edit = bundled_edit(
    id="ADM-08",
    title="96372 with allergen immunotherapy, no NCCI-associated modifier",
    to_do=(
        "Remove 96372 if it reports the allergen injection; if another drug was injected as well, "
        "append 59 or X{EPSU} to 96372."
    ),
    denials=("CO-236", "CO-97"),
    needs=("injection", "allergen_immunotherapy"),
    others=Parameter(
        ("95115", "95117", "95144-95149", "95165", "95170", "95180"),
        "allergen services that 96372 is bundled into",
    ),
)
