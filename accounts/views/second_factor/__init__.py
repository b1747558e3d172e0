"""The second step that an organization asks for: proven, or set up on the way in."""
