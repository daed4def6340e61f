"""The architecture as a picture, drawn from what the program declares: `python -m local.diagram`."""
