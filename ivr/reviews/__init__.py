"""What reviewers write to a call: notes, tags, the right text of a turn; and searches they keep."""
