"""What the pages are made of: frame, filters, charts with their take-away bar, cached reads."""
