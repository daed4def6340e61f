"""The whole system on one machine, without AWS; never part of a bundle."""
