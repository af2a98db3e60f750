"""Tests of live prompting."""
