"""Which models can be asked here, and whether each is up."""
