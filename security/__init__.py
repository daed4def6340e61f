"""What looks for mistakes in the stack, its policies and the code, and what of its findings is accepted."""
