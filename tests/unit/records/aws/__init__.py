"""Tests of the light client of AWS."""
