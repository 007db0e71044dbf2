"""The same walk of visitors against what a team would otherwise take: `python -m bench.peers --help`."""
