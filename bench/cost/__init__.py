"""What the pipeline costs, from counted calls and measured work, and how it stands a burst, by simulation."""
