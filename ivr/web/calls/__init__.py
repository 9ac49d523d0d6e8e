"""What the pages of calls show, without HTTP: filters of the list, and the page of one call."""
