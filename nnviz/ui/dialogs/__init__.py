"""What opens over the page: tables, files, links."""
