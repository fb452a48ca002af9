"""All that the strip under the Decode tab can hold, made at one place."""

from vae_desktop.session.clouds import CloudSource
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.arithmetic_strip import ArithmeticStrip
from vae_desktop.ui.ask import Ask
from vae_desktop.ui.draw_strip import DrawStrip
from vae_desktop.ui.manifold_strip import ManifoldStrip
from vae_desktop.ui.sample_strip import SampleStrip
from vae_desktop.ui.strip import DecodeStrip
from vae_desktop.ui.way_strip import WayStrip


def decode_strips(on_view: RunOnView, codes: CloudSource, ask: Ask) -> tuple[DecodeStrip, ...]:
    """The contents in the order in which they are offered.

    Args:
        on_view: the run that all tabs look at.
        codes: the data set in latent space; whoever shows the strips tells it of the session's
            state and ends it.
        ask: asks for files.
    """
    return (
        SampleStrip(on_view, codes),
        ManifoldStrip(on_view, codes, ask),
        DrawStrip(on_view, ask),
        WayStrip(on_view, ask),
        ArithmeticStrip(on_view, codes),
    )
