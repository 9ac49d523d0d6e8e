"""Who may see the pages: accounts, roles and their rights, sessions, and the audit."""
