"""What answers the same success when posted twice within seconds (ARCHITECTURE 5)."""

from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.db import models

from identity.tokens import sealed_by

# Long enough for autofill's double post and a slow network, too short to be a second use.
REPLAY_WINDOW = timedelta(seconds=10)


class Replayable(models.Model):
    """Single use; the answer is kept for seconds, readable only with what was presented."""

    consumed_at = models.DateTimeField(null=True)
    answer = models.BinaryField(default=b"")

    class Meta:
        abstract = True

    def consume(self, *, presented: str, answer: str, now: datetime) -> None:
        """Mark it used and keep `answer` (a token) sealed for a repeated post; not saved."""
        self.consumed_at = now
        self.answer = sealed_by(presented).encrypt(answer.encode())

    def replay(self, *, presented: str, now: datetime) -> str:
        """The earlier answer, or "" when it is too late or there was none."""
        if self.consumed_at is None or now - self.consumed_at > REPLAY_WINDOW or not self.answer:
            return ""
        try:
            return sealed_by(presented).decrypt(bytes(self.answer)).decode()
        except InvalidToken:
            return ""
