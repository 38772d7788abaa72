"""One module a layout: how a data set's files become episodes of tracks."""
