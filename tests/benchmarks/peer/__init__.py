"""The page's rival: the same page in the same app under django.contrib.auth and database sessions."""
