"""What could have been found, and how strong a hidden cause would have to be."""

from __future__ import annotations

import math

from scipy import special


def minimum_detectable_effect(se: float, alpha: float = 0.05, power: float = 0.8) -> float:
    """The smallest true effect that a two-sided test finds with that power, in the estimate's unit.

    Source: Bloom (1995), Evaluation Review 19:547-556.
    """
    if not (se > 0 and math.isfinite(se)):
        return math.nan
    return float(special.ndtri(1 - alpha / 2) + special.ndtri(power)) * se


def e_value(rr: float) -> float:
    """The risk ratio an unmeasured cause must have with both treatment and outcome to explain `rr` away; >= 1.

    nan for anything that is no positive risk ratio.
    Source: VanderWeele and Ding (2017), Annals of Internal Medicine 167:268-274.
    """
    if not (rr > 0 and math.isfinite(rr)):
        return math.nan
    rr = 1 / rr if rr < 1 else rr
    return rr + math.sqrt(rr * (rr - 1))
