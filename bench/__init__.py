"""How long our work on a file takes, beside what other libraries do of it. Not part of the tests."""
