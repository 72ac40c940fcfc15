"""The register as clerks look into it and change it; who looked, and who is told."""
