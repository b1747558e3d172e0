"""The app's own settings as the tests want them: with DEBUG, and deaf to a developer's .env."""

import os

os.environ["DEBUG"] = "true"
os.environ["ENV_FILE"] = ""

from project.settings import *  # noqa: F403 the environment had to be set first

# Real hashing, as cheap as it gets: what it costs in earnest is seen in test_password_hash.py.
PASSWORD_HASH_KIB = 64
PASSWORD_HASH_PASSES = 1

# A list instead of the development inbox: the tests' own DEBUG is off while they run.
SMS_BACKEND = "tests.phones.Phones"
