"""What the caller got wrong while the log, as posttls-finger's does, goes on.

Postfix merely turns TLS off where a file cannot be used, or fails the handshake
where a word makes no sense.  A report says whose mistake that was, so that no
server is blamed for it.
"""

from __future__ import annotations

from pyfinger.events import (
    AuthoritiesRefused,
    CertificateFileRefused,
    ChainFileFaulty,
    ChainFilesRefused,
    ChainFileUnreadable,
    CipherListRefused,
    ConfigRemark,
    DigestUnknown,
    Event,
    GradeInvalid,
    KeyFileMismatched,
    KeyFileRefused,
    NothingToOffer,
    ProtocolListInvalid,
    ServernameTooLong,
    TlsProblem,
)
from pyfinger.report.lines import LINES

_FILES = (AuthoritiesRefused, CertificateFileRefused, ChainFilesRefused, KeyFileMismatched, KeyFileRefused)
_WORDS = (
    ChainFileUnreadable,  # a client without its certificate is not the one that was meant
    CipherListRefused,
    DigestUnknown,
    GradeInvalid,
    ProtocolListInvalid,
    ServernameTooLong,
)
_TLS_OFF = ", disabling TLS support"  # how a remark about a parameter ends that has this effect


class Mistakes:
    """Notes the first mistake; `text` is empty without one."""

    def __init__(self) -> None:
        self.text = ""
        self._cause = ""  # told before the file is refused
        self._open = False  # the TLS library's reason may follow

    def __call__(self, event: Event) -> None:
        """Follow every event until there is a mistake."""
        match event:
            case TlsProblem() if self._open:
                self.text += f" ({event.reason})"
                self._open = False
                return
            case _ if self.text:
                self._open = False
                return
            case ChainFileFaulty():
                self._cause = _line(event)
            case ConfigRemark(text=text) if text.endswith(_TLS_OFF):
                self.text = text.removesuffix(_TLS_OFF)
            case NothingToOffer(reason=reason):
                self.text = f"nothing to offer to a server: {reason}"
            case _ if isinstance(event, _FILES):
                self.text = self._cause or _line(event).removesuffix(": disabling TLS support")
                self._open = not self._cause
            case _ if isinstance(event, _WORDS):
                self.text = _line(event)
                self._open = isinstance(event, CipherListRefused)


def _line(event: Event) -> str:
    """What the log says of it."""
    return LINES[type(event)][0].texts(event)[0]
