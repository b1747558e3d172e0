"""The page's rival: the same page of the same app under contrib.auth and database sessions."""
