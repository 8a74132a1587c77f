"""The dialogs: import of tables, saved runs, downloads, links."""
