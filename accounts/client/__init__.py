"""The typed HTTP client: all the rest of the code knows of identity."""
