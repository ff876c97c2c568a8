"""Names and paths that fit the room they have on a terminal."""


def printable(text: str) -> str:
    """Return a text with ``?`` in place of control characters."""
    return "".join(char if char.isprintable() else "?" for char in text)


def cut(text: str, room: int = 26) -> str:
    """Return a name that fits its column, without control characters."""
    shown = printable(text)
    return shown if len(shown) <= room else shown[: room - 1] + "…"


def tail(path: str, room: int) -> str:
    """Return the end of a path, which tells it from others, without control characters."""
    shown = printable(path)
    return shown if len(shown) <= room else "…" + shown[-(room - 1) :]
