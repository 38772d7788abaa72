"""Tar shards: their layout, the atomic writer, the index of headers, the scan and the audit."""
