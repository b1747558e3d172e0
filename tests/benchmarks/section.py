"""What is done around every section: Django and a fresh database before, a verdict after."""

import sys
from importlib import import_module
from pathlib import Path

from scripts.serve import prepare
from tests.benchmarks import report
from tests.servers import bare

# Sends and guesses are what is measured here; what limits them has tests of its own. The hash is
# as cheap as settings allow: it is the same for everybody, and its noise would hide the rest.
UNLIMITED = {
    "PASSWORD_HASH_KIB": "19456",
    "PASSWORD_HASH_PASSES": "2",
    "SENDS_PER_ADDRESS": "1000000",
    "SENDS_PER_CLIENT": "1000000",
    "MAILS_PER_PROJECT": "1000000",
    "TEXTS_PER_PROJECT": "1000000",
    "TEXTS_PER_COUNTRY": "1000000",
    "GUESSES_PER_ADDRESS": "1000000",
    "GUESSES_PER_CLIENT": "1000000",
    "MEMBER_LOCK_FAILURES": "100",
}


def environment(directory: Path, **more: str) -> dict[str, str]:
    """Production as near as a loopback without TLS allows; texts go nowhere, nor do mails."""
    production = {
        "ENV_FILE": "scripts/production.env",
        "DEBUG": "false",
        "HTTPS": "false",
        "LOG_LEVEL": "WARNING",
        "SMS_BACKEND": "tests.phones.Phones",
    }
    return bare(directory, **production, **UNLIMITED, **more)


def main(name: str, *options: str) -> None:
    """Run one section; with --quick just enough of it to see that it runs."""
    prepare()
    # Not before: models can't be imported until Django is prepared.
    import_module(f"tests.benchmarks.{name}").measure(quick="--quick" in options)
    sys.exit(report.exit_code())


if __name__ == "__main__":
    main(*sys.argv[1:])
