"""What Foyer costs, measured beside others in one run: `make bench`, or one section by its name."""
