"""What every page uses: numbers as words, tables, charts, sources, the viewer."""
