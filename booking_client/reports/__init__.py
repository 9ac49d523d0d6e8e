"""The month's figures, counted from booking rows."""
