"""What Pulumi's engine starts: it is told of the rules, and asks about each resource and the whole stack."""

import sys
from pathlib import Path

# The engine runs this folder as a program, which then does not know of the package that it is.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pulumi_policy import PolicyPack

from policy.pack import DESCRIPTION, NAME, RULES

PolicyPack(name=NAME, description=DESCRIPTION, policies=RULES)
