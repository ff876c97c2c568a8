"""The one family of errors chude raises on purpose."""


class ChudeError(Exception):
    """Base of every error chude raises on purpose; its text is a sentence for the user."""


class InputError(ChudeError, ValueError):
    """Something given cannot be used: a path, a column, an option, a value."""


class ModelFileError(ChudeError):
    """A file is not a chude model, or is damaged, or was written by a newer version."""


class DecodingError(ChudeError):
    """Bytes are not the text they should be; the message says what they are."""


class OutputError(ChudeError):
    """The output cannot be written: locked, gone, full, or changed since the run began."""


class TokenizerError(ChudeError):
    """A text cannot be tokenized the way the model wants."""


class MissingExtraError(ChudeError, ImportError):
    """An optional package is needed; the message says what to install."""


class EngineError(ChudeError):
    """A cluster cannot be reached, or its workers cannot do the work."""


def reason(error: OSError) -> str:
    """Return what the system says of an error, as a part of a sentence."""
    message = error.strerror or str(error) or type(error).__name__
    return message[0].lower() + message[1:]
