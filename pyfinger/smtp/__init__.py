"""The SMTP and LMTP dialogue: replies, capabilities, and the steps of a chat."""

from __future__ import annotations

from pyfinger.smtp.chat import Capabilities, Chat, DialogueOptions, SmtpStopped
from pyfinger.smtp.reply import SmtpReply

__all__ = ["Capabilities", "Chat", "SmtpReply", "SmtpStopped", "DialogueOptions"]
