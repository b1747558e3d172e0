"""A member's own ways to prove who they are: added, replaced, removed, after a fresh proof."""
