"""Feature models of other libraries, each imported inside functions only."""
