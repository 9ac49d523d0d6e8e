"""One module a page: `routes(deps)` gives its handlers, each of which says who may call it."""
