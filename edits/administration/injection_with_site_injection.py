"""96372 is billed with a joint, nerve or lesion injection that day without an NCCI-associated modifier.

What is wrong
    The claim bills the injection 96372 and an injection into a specific site (a joint, a tendon, a
    trigger point, a nerve, the spine, a skin lesion, the eye) for the same day and provider, and neither
    line has modifier 59, XE, XP, XS or XU.

Why it is refused
    The NCCI PTP edits of Medicare and Medicaid bundle 96372 into the other injection unless a modifier
    shows that another drug was injected elsewhere. A laterality modifier (RT, LT) on the joint injection
    does not show that.

How to correct it
    If the drug went into the joint, remove 96372: the joint's code pays for the injection. If another
    drug was given IM/SC as well, the provider or a coder may append the modifier to the 96372 line.
"""

from scrubber.engine import Parameter

from ..shared.ncci import bundled_edit

edit = bundled_edit(
    id="ADM-09",
    title="96372 with joint, nerve or lesion injection, no NCCI modifier",
    to_do=(
        "Remove 96372 if the drug went into the joint, nerve or lesion; if another drug was given IM/SC, "
        "append 59 or X{EPSU} to 96372."
    ),
    denials=("CO-236", "CO-97", "M15"),
    needs=("injection", "surgery"),
    others=Parameter(
        (
            "11900-11901", "20526-20527", "20550-20553", "20600", "20604-20606", "20610-20612",
            "27096", "62320-62327", "64400", "64405", "64408", "64415-64418", "64420-64421", "64425",
            "64430", "64435", "64445-64451", "64454-64455", "64461", "64463", "64479", "64483",
            "64486-64490", "64493", "64505", "64510", "64517", "64520", "64530", "64611-64612",
            "64615-64617", "64642-64647", "64650", "64653", "67028",
        ),
        "injections that 96372 is bundled into",
    ),
)  # fmt: skip
