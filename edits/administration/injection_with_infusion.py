"""96372 is billed with an infusion or IV push on the same day without an NCCI-associated modifier.

What is wrong
    The claim bills the injection 96372 and an initial infusion or IV push (96360, 96365, 96369, 96374)
    for the same day and provider, and neither line has modifier 59, XE, XP, XS or XU.

Why it is refused
    The NCCI PTP edits of Medicare and Medicaid bundle 96372 into the other administration unless a
    modifier shows that it was a separate injection. Many other payers follow them.

How to correct it
    Check the chart for that day. If another drug was injected at a different site or in a different
    session, the provider or a coder may append the modifier to the 96372 line. If one drug was given
    once, remove the administration that did not take place. The modifier is a statement about what was
    done: append it only where the chart supports it.
"""

from scrubber.engine import Parameter

from ..shared.ncci import bundled_edit

edit = bundled_edit(
    id="ADM-01",
    title="96372 with infusion or IV push, no NCCI-associated modifier",
    to_do=(
        "Append 59 or X{EPSU} to 96372 if the injection was separate (different site or session); "
        "otherwise remove the bundled line."
    ),
    denials=("CO-236", "CO-97", "M80"),
    needs=("injection", "infusion_or_push"),
    others=Parameter(
        ("96360", "96365", "96369", "96374"),
        "infusions and IV pushes that 96372 is bundled into",
    ),
)
