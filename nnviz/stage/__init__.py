"""The stage: the browser side of the product, and the server's half that feeds it."""

from nnviz.stage.playback import Playback

__all__ = ["Playback"]
