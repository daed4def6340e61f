"""How the system gets into AWS: who may deploy it, what proves that it works, what a release is made of."""
