"""The wire to the PBX: FastAGI (call control), AudioSocket (audio), AMI (events and redirects)."""
