"""Compile every template, so that a broken tag is found here and not by a visitor."""

import os
import sys
from pathlib import Path

import django
from django.template import TemplateSyntaxError, engines
from django.template.utils import get_app_template_dirs

from project.environment import BASE_DIR as ROOT


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    django.setup()
    names = [
        path.relative_to(directory).as_posix()
        for directory in (ROOT / "templates", *get_app_template_dirs("templates"))
        if Path(directory).is_relative_to(ROOT) and ".venv" not in Path(directory).parts
        for path in Path(directory).rglob("*.*")
    ]
    broken = [complaint for name in names if (complaint := compile_one(name))]
    print(*broken, f"{len(names)} templates, {len(broken)} of them broken", sep="\n")
    sys.exit(1 if broken or not names else 0)


def compile_one(name: str) -> str:
    """What is wrong with the template, "" if nothing."""
    try:
        engines["django"].get_template(name)
    except TemplateSyntaxError as error:
        return f"{name}: {error}"
    return ""


if __name__ == "__main__":
    main()
