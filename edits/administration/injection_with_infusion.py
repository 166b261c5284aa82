"""An injection is billed with an infusion or a push of the same day, and nothing sets it apart.

What is wrong
    The claim bills the injection 96372 and the start of an infusion or a push (96360, 96365, 96369, 96374)
    for the same day and provider, and neither line bears modifier 59, XE, XP, XS or XU.

Why it is refused
    The correct coding edits of Medicare and Medicaid take the injection for a part of the other
    administration unless a modifier says that it was an injection of its own. Many other payers follow them.

How to correct it
    Read the record of that day. If another drug was injected at another site or time, a person who may
    decide that adds the modifier to the injection's line. If it was one drug given once, take off the
    administration that did not happen. Nothing is repaired here: the modifier is a statement about what
    was done.
"""

from scrubber.engine import Parameter

from ..shared.ncci import bundled_edit

edit = bundled_edit(
    id="ADM-01",
    title="Injection with an infusion or push, nothing sets it apart",
    to_do=(
        "If another site or session is documented, append 59 or X{EPSU} to the 96372 line; otherwise "
        "remove the administration not given."
    ),
    denials=("CO-236", "CO-97", "M80"),
    needs=("injection", "infusion_or_push"),
    others=Parameter(
        ("96360", "96365", "96369", "96374"),
        "infusions and pushes that the injection is a part of",
    ),
)
