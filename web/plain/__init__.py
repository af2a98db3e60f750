"""One small HTML page for each chart: opens at once, prints, can be embedded, needs no script."""
