"""The agenda engine: rules by which votes become a choice of topics. Pure functions with exact arithmetic.

`election.py` says what each of them gets and gives, `ties.py` how ties are broken, `methods.py` which of them
count polls.
"""

from __future__ import annotations

from collections.abc import Mapping

from .consent import nobody_objects
from .election import Rule
from .equal_shares import equal_shares
from .filling import most_approvals_that_fit, most_points_that_fit
from .rankings import borda, schulze

BY_NAME: Mapping[str, Rule] = {
    "equal-shares": equal_shares,
    "approvals": most_approvals_that_fit,
    "points": most_points_that_fit,
    "score": most_points_that_fit,
    "borda": borda,
    "schulze": schulze,
    "consent": nobody_objects,
}
"""All rules by the names that outside recounts know them by."""
