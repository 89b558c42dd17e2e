"""Which ways there are, by the settings."""

from messenger.gateway import Gateway
from messenger.mail import Mail
from messenger.senders import Sender
from office import messages
from settings import Settings


def senders_of(settings: Settings) -> dict[str, Sender]:
    """By channel; a way that is not set up is missing."""
    found: dict[str, Sender] = {}
    if settings.smtp_url and settings.mail_from:
        found[messages.EMAIL] = Mail(settings.smtp_url, settings.mail_from)
    if settings.gateway_url:
        found[messages.PHONE] = Gateway(settings.gateway_url, settings.gateway_secret, settings.gateway_authorization)
    return found
