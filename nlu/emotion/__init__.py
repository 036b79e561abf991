"""How the writer of a message feels. Start at `model`.

`training` and `cli` are for making a model and for the command line; nothing else here loads scikit-learn.
"""

from nlu.emotion.model import DEFAULT_THRESHOLD, EmotionModel

__all__ = ["DEFAULT_THRESHOLD", "EmotionModel"]
