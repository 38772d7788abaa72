"""One module an array format: headers without payload."""
