"""The demonstration: real hospital names, everything else invented, the same for the same seed."""
