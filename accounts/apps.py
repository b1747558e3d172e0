"""Signing in and staying signed in."""

from django.apps import AppConfig


class Accounts(AppConfig):
    name = "accounts"
