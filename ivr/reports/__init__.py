"""The month's official tables: bookings from the core, calls from the call log, in four formats."""
