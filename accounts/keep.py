"""What says "leave it as it is" where None says "take it away"."""


class Keep:
    """The only one of its kind is KEEP."""


KEEP = Keep()
