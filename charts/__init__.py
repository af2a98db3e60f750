"""DataFrame in, something to look at or take away out: figures, findings, exports; all charts stand in catalogue.py."""
