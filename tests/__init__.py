"""Tests, folder by folder like the code they hold to its word."""
