"""What is measured: one module a kind, from named inputs to a typed result."""
