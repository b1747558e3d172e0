"""An example of a team's own app, mounted with DEBUG: what it takes from Foyer is in `views`.

To be rid of it: delete this folder and tests/documents, and every line that
`grep -rn documents --include=*.py --include=*.toml --include=Makefile .` finds outside of them.
The resource of its name in project/rbac.json is yours to rename.
"""
