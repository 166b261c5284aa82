"""An injection is billed with one into a joint, tendon, nerve or lesion, and nothing sets it apart.

What is wrong
    The claim bills the injection 96372 and an injection into a certain place of the body (a joint, a tendon,
    a trigger point, a nerve, the spine, a skin lesion, the eye) for the same day and provider, and neither
    line bears modifier 59, XE, XP, XS or XU.

Why it is refused
    The correct coding edits of Medicare and Medicaid take 96372 for a part of the other injection unless a
    modifier says that another drug was injected elsewhere. A side modifier (RT, LT) on the joint does not
    say that.

How to correct it
    If the drug went into the joint, take 96372 off: the joint's code pays for the injection. If another drug
    was injected into muscle or under the skin too, a person who may decide that adds the modifier to the
    line of 96372. Nothing is repaired here.
"""

from scrubber.engine import Parameter

from ..shared.ncci import bundled_edit

edit = bundled_edit(
    id="ADM-09",
    title="Injection with one into a joint, nerve or lesion, not set apart",
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
        "injections that 96372 is a part of",
    ),
)  # fmt: skip
