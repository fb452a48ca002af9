"""How numbers are written in the window: separators, units, times."""

import math


def count(number: int) -> str:
    """A whole number with thousands separators: '26,100'."""
    return f"{number:,}"


def plural(number: int, noun: str) -> str:
    """A count of things: '1 step', '500 steps'."""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def speed(per_second: float) -> str:
    """A rate to three significant digits, so that it reads calmly: '26,100'."""
    if not math.isfinite(per_second) or per_second <= 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(per_second)))
    coarse = round(per_second, 2 - math.floor(math.log10(per_second)))
    return f"{coarse:,.{digits}f}"


def nats(value: float) -> str:
    """A loss term: the smaller it is, the more decimals, so that small terms stay legible."""
    if not math.isfinite(value):
        return "not finite"
    decimals = 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 3
    return f"{value:,.{decimals}f}"


def error(value: float) -> str:
    """A loss that is small, and compared to the third decimal: '0.5850'."""
    return f"{value:,.4f}" if math.isfinite(value) else "not finite"


def percent(share: float) -> str:
    """A share of all: '97.04 %'."""
    return f"{100 * share:.2f} %" if math.isfinite(share) else "not finite"


def duration(seconds: float) -> str:
    """A span of time: '0:42', '12:05', '1:02:03'."""
    whole = max(0, round(seconds))
    hours, minutes = divmod(whole // 60, 60)
    clock = f"{minutes}:{whole % 60:02d}"
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else clock


def latent_name(index: int) -> str:
    """The name of latent dimension `index` (from 0) for a reader: 'z1' is the first."""
    return f"z{index + 1}"


def value_text(value: float) -> str:
    """A value of a latent for a reader: "−1.30"; very large ones with an exponent."""
    text = f"{value:.2f}" if abs(value) < 1e4 else f"{value:.1e}"
    return "0.00" if text == "-0.00" else text.replace("-", "−")


def plain(value: float) -> str:
    """The shortest text that reads back as exactly this number: '0.001', '1', '1e-5'."""
    text = repr(float(value)).removesuffix(".0")
    mantissa, mark, exponent = text.partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}" if mark else text
