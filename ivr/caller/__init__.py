"""The synthetic caller: a case or a list of lines, spoken into a real SIP call."""
