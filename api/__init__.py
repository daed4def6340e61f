"""The HTTP API: one FastAPI app that Mangum puts behind API Gateway."""
