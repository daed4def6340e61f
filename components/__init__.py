"""The Pulumi program's building blocks: one ComponentResource for each layer."""
