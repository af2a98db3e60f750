"""How sure a share is: intervals for one and for the difference of two that hold for few answers and at 0 and 100 %."""

from math import sqrt
from statistics import NormalDist


def wilson(successes: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Score interval of a share, each end from 0 to 1; (0, 1) where nothing was counted.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927) 209-212; its
    merits for small n: R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, method 3.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"expected from 0 to {n} of {n}, came {successes}")
    if n == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # Exact at the ends: rounding must not leave 0 of n above 0.
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == n else min(1.0, middle + half)
    return low, high


def difference(successes: int, n: int, other_successes: int, other_n: int, level: float = 0.95) -> tuple[float, float]:
    """Interval of share minus other share, from -1 to 1, for independent answers; (-1, 1) where one side has none.

    R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17
    (1998) 873-890, method 10: the Wilson intervals of both shares, put together.
    """
    if n == 0 or other_n == 0:
        return -1.0, 1.0
    share, other = successes / n, other_successes / other_n
    low, high = wilson(successes, n, level)
    other_low, other_high = wilson(other_successes, other_n, level)
    between = share - other
    below = sqrt((share - low) ** 2 + (other_high - other) ** 2)
    above = sqrt((high - share) ** 2 + (other - other_low) ** 2)
    return max(-1.0, between - below), min(1.0, between + above)
