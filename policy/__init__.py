"""Rules that `pulumi preview` and `pulumi up` hold a stack to: `pulumi up --policy-pack policy`."""
