"""Pages that people look at beside the telephone."""
