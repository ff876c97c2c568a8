"""The errors that chude raises."""


class ChudeError(Exception):
    """Base class of all errors of chude. The message is a sentence for the user.

    Examples
    --------
    >>> import chude
    >>> try:
    ...     chude.load("nowhere.safetensors")
    ... except chude.ChudeError as error:
    ...     print(str(error).partition(":")[0])
    no model 'nowhere.safetensors'
    """


class InputError(ChudeError, ValueError):
    """A path, a column, an option or a value cannot be used."""


class ModelFileError(ChudeError):
    """A file is not a model of chude, is damaged, or was written by a newer version."""


class DecodingError(ChudeError):
    """Bytes are not text; the message says what they are."""


class OutputError(ChudeError):
    """The output cannot be written: it is locked, the disk is full, or files were changed during the run."""


class TokenizerError(ChudeError):
    """A text cannot be tokenized as the model needs it."""


class MissingExtraError(ChudeError, ImportError):
    """An optional package is needed; the message says what to install."""


class EngineError(ChudeError):
    """A cluster cannot be reached, or its workers cannot label."""


def reason(error: OSError) -> str:
    """Return what the system says of an error, as a part of a sentence."""
    message = error.strerror or str(error) or type(error).__name__
    return message[0].lower() + message[1:]
