"""Briefings: charts in an order with a note to each, held by an address."""
