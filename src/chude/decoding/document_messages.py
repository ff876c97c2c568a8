"""The messages by which the process that reads documents answers: `documents` reads them, `extracting` writes them."""

import struct

HEADER = struct.Struct(">cQ")
"""What stands before a message: its type and its length in bytes."""

TEXT, ROWS, END, ERROR = b"t", b"r", b"e", b"x"
"""Types of messages: a piece of text, rows of a workbook, the end of a document, why a document cannot be read."""
