"""Run work in slices to its end."""


def drain(work):
    """The result of a generator that pauses."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            return done.value
