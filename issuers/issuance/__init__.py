"""From a proven request to signed certificates; what waits, what is refused, the issue book."""
