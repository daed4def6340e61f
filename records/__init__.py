"""What the Lambdas share: the record of a file, its states, its store and the errors."""
