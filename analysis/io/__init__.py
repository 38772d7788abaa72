"""Bytes read in pieces and files written whole, wherever they lie."""
