"""Recognition of source code in common languages, by its lines."""

import re

_CODE_LINE = re.compile(
    r"""\s*(?:
      (?:from\s+[\w.]+\s+import|import\s+[\w.{*]|\#\s*(?:include|define|ifn?def|endif|pragma)\b|using\s+[\w.]+;|package\s+[\w.]+;)
    | (?:(?:export|public|private|protected|static|final|async|abstract|virtual|inline|const|default)\s+)*
      (?:def|class|function|func|fn|interface|struct|enum|void|int|float|double|bool|string|String|char|let|var|val|const)\s+[\w$<>\[\]*&]+\s*[(={:;,<]
    | (?:if|for|while|switch|elif|else\ if|catch|with|foreach|until|unless)\b[^\n]*[{:(\])]\s*$
    | (?:else|try|finally|do|begin|end|fi|done|esac|then|pass|break|continue|default)\s*[{:;]*\s*$
    | (?:return|raise|throw|yield|await|assert|print|echo|delete|new)\b[^\n]*[;()\]}'"\w]\s*$
    | [\w.$@\[\]'"()>*&-]+\s*(?::\s*[\w.\[\], |]+)?\s*(?:=|\+=|-=|:=|\|=|<-|=>)\s*\S[^\n]*$
    | [\w.$@\[\]]+\([^\n]*\)?\s*[;,{:)]*\s*$
    | [{}()\[\]<>;,]+\s*[{}()\[\];,]*\s*$
    | [\w.\#:,\s>*-]+\{\s*$ | [\w-]+\s*:\s*[^\n]+;\s*$ | \@[\w.]+(?:\(|\s*$) | \.[\w-]+\([^\n]*$
    | ["'][\w.-]+["']\s*:\s*\S
    )""",
    re.VERBOSE,
)
_COMMENT_LINE = re.compile(r"\s*(?://|/\*|\*/?\s|\*$|#|--\s|;;|\"\"\"|''')")
_CODE_SIGNS = re.compile(r"[{}=;<>&]")  # frequent in minified code, rare in formulas
_FEWEST_LINES = 4
_MOSTLY_CODE = 0.6
_DENSE_CODE = 0.06
_LONG_LINE = 500


def is_code(head: str, *, is_cut: bool) -> bool:
    """Whether most lines are statements, or, for minified code, whether the signs of code are dense."""
    lines = [line for line in head.splitlines() if line.strip()]
    if is_cut and len(lines) > 1:
        lines = lines[:-1]
    statements = sum(len(line) <= _LONG_LINE and _CODE_LINE.match(line) is not None for line in lines)
    comments = sum(_COMMENT_LINE.match(line) is not None for line in lines)
    if statements >= _FEWEST_LINES and statements > _MOSTLY_CODE * (len(lines) - comments):
        return True
    return len(head) > _LONG_LINE * len(lines) and len(_CODE_SIGNS.findall(head)) > _DENSE_CODE * len(head)
