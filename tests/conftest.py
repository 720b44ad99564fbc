"""What holds for all tests."""

from hypothesis import settings

# A busy machine is no failure (pytest-timeout bounds each test); what failed can be run again from what is printed.
settings.register_profile("slipstream", deadline=None, print_blob=True)
settings.load_profile("slipstream")
