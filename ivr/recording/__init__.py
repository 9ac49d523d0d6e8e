"""The stereo recording of a call, in which no ID number is ever heard."""
