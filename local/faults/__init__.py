"""The fault switch: what goes wrong on AWS now and then, on purpose and as often as one likes."""
