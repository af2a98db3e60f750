"""The server that needs no GPU and no account: one process per model, started and watched by a launcher."""
